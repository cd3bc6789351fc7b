package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	n, _ := strconv.Atoi(os.Args[1])
	total := 0
	for start := 0; start < n; start += 1000 {
		results := make([]chan int, 1000)
		for i := range results {
			result := make(chan int, 1)
			results[i] = result
			go func(x int) { result <- 2 * x }(start + i)
		}
		for _, result := range results {
			total += <-result
		}
	}
	fmt.Println(total)
}
