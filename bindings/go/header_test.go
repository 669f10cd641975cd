// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

package yolo

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// headerConstants are the enumerators of the C headers.
func headerConstants(t *testing.T) []string {
	t.Helper()
	enumerator := regexp.MustCompile(`(?m)^\s*(?:enum \{ +)?(YOLO_[A-Z0-9_]+)\s*=\s`)
	var names []string
	for _, header := range []string{"yolo.h", "neuron.h"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "include", "yolo", header))
		if err != nil {
			t.Skipf("needs the repository around the module: %v", err)
		}
		for _, match := range enumerator.FindAllSubmatch(text, -1) {
			names = append(names, string(match[1]))
		}
	}
	return names
}
