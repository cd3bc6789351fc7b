package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	n, _ := strconv.Atoi(os.Args[1])
	there, back := make(chan int), make(chan int)
	go func() {
		for i := 0; i < n; i++ {
			back <- <-there + 1
		}
	}()
	total := 0
	for i := 0; i < n; i++ {
		there <- i
		total += <-back
	}
	fmt.Println(total)
}
