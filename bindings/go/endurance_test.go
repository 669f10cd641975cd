// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

import (
	"errors"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// residentBytes is what the process has in memory, C's part too.
func residentBytes(t *testing.T) int64 {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skipf("needs Linux: %v", err)
	}
	pages, err := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}

func heapBytes() int64 {
	runtime.GC()
	runtime.GC() // what finalisers and pools held
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// 10^5 images, small JPEGs of many sizes and broken ones among them, from four
// goroutines: neither the heap of Go nor the process grows.
func TestEndurance(t *testing.T) {
	if testing.Short() {
		t.Skip("10^5 calls: not with -short")
	}
	d := openTiny(t, WithLanes(2))
	var files [][]byte
	for i := 0; i < 16; i++ {
		files = append(files, encode(t, 16+5*i, 96-5*i, int64(i)))
	}
	files = append(files, []byte("GIF89a"), files[3][:100])
	const goroutines = 4
	run := func(calls int) {
		var group sync.WaitGroup
		for g := 0; g < goroutines; g++ {
			group.Add(1)
			go func(g int) {
				defer group.Done()
				boxes := make([]Detection, 10)
				var result Result
				for i := g; i < calls; i += goroutines {
					file := files[i%len(files)]
					var err error
					if i%3 == 0 {
						_, err = d.Detect(background, file)
					} else {
						_, err = d.DetectInto(background, JPEG(file), boxes, &result)
					}
					if err != nil && (i%len(files) < 16 || !errors.Is(err, ErrBadImage)) {
						t.Errorf("call %d: %v", i, err)
						return
					}
				}
			}(g)
		}
		group.Wait()
	}
	run(20000)
	heap, resident := heapBytes(), residentBytes(t)
	run(100000)
	heapGrowth, residentGrowth := heapBytes()-heap, residentBytes(t)-resident
	t.Logf("heap %d bytes and %+d; resident %d bytes and %+d", heap, heapGrowth, resident, residentGrowth)
	if heapGrowth > 256<<10 {
		t.Errorf("the heap of Go grew by %d bytes in 10^5 calls", heapGrowth)
	}
	if residentGrowth > 4<<20 {
		t.Errorf("the process grew by %d bytes in 10^5 calls", residentGrowth)
	}
}

// The same for detectors: what Open makes, Close frees.
func TestOpenAndCloseEndurance(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of detectors: not with -short")
	}
	run := func(detectors int) {
		for i := 0; i < detectors; i++ {
			d, err := Open(tinyModel(), WithLanes(1), WithLabelsData([]byte("cat\ndog\n")),
				WithLog(func(LogLevel, string) {}))
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	run(500)
	heap, resident := heapBytes(), residentBytes(t)
	run(2000)
	heapGrowth, residentGrowth := heapBytes()-heap, residentBytes(t)-resident
	t.Logf("heap %+d, resident %+d", heapGrowth, residentGrowth)
	if heapGrowth > 256<<10 || residentGrowth > 8<<20 {
		t.Errorf("2000 detectors leave %d bytes in the heap of Go, %d in the process", heapGrowth, residentGrowth)
	}
}
