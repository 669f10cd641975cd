// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0

module detect

go 1.19

require libyolo/yolo v0.0.0

replace libyolo/yolo => ../../bindings/go
