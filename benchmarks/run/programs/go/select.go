package main

import (
	"fmt"
	"os"
	"strconv"
)

func produce(out chan int, count int) {
	for i := 0; i < count; i++ {
		out <- i
	}
}

func main() {
	n, _ := strconv.Atoi(os.Args[1])
	a, b, c, d := make(chan int), make(chan int), make(chan int), make(chan int)
	e, f, g, h := make(chan int), make(chan int), make(chan int), make(chan int)
	for _, out := range []chan int{a, b, c, d, e, f, g, h} {
		go produce(out, n/8)
	}
	total := 0
	for i := 0; i < n/8*8; i++ {
		select {
		case x := <-a:
			total += x
		case x := <-b:
			total += x
		case x := <-c:
			total += x
		case x := <-d:
			total += x
		case x := <-e:
			total += x
		case x := <-f:
			total += x
		case x := <-g:
			total += x
		case x := <-h:
			total += x
		}
	}
	fmt.Println(total)
}
