package main

import (
	"fmt"
	"os"
	"strconv"
)

func work(jobs, results chan int) {
	for job := range jobs {
		results <- job * job % 1000
	}
}

func main() {
	n, _ := strconv.Atoi(os.Args[1])
	jobs, results := make(chan int, 100), make(chan int, 100)
	for i := 0; i < 8; i++ {
		go work(jobs, results)
	}
	go func() {
		for job := 0; job < n; job++ {
			jobs <- job
		}
		close(jobs)
	}()
	total := 0
	for i := 0; i < n; i++ {
		total += <-results
	}
	fmt.Println(total)
}
