// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The table of devices.
#include "device/device.h"

namespace yolo {
namespace {

constexpr DeviceKind kDeviceKinds[] = {
    {YOLO_DEVICE_NEURON, "neuron", NeuronAvailable, CreateNeuronDevice},
#if YOLO_ONEDNN
    {YOLO_DEVICE_CPU, "cpu", CpuAvailable, CreateCpuDevice},
#endif
    {YOLO_DEVICE_PORTABLE, "portable", PortableAvailable, CreatePortableDevice},
};

}  // namespace

std::span<const DeviceKind> DeviceKinds() { return kDeviceKinds; }

}  // namespace yolo
