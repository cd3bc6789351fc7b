package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	n, _ := strconv.Atoi(os.Args[1])
	numbers := make(chan int, 100)
	go func() {
		for i := 0; i < n; i++ {
			numbers <- i
		}
		close(numbers)
	}()
	total := 0
	for number := range numbers {
		total += number
	}
	fmt.Println(total)
}
