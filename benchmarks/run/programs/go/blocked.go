package main

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	n, _ := strconv.Atoi(os.Args[1])
	gate := make(chan int)
	var done int64
	var group sync.WaitGroup
	for i := 0; i < n; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			if _, open := <-gate; !open {
				atomic.AddInt64(&done, 1)
			}
		}()
	}
	time.Sleep(time.Second)
	close(gate)
	group.Wait()
	fmt.Println(done)
}
