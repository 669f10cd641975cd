// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Where a model runs: the seam between lanes and what multiplies the matrices.
#ifndef YOLO_DEVICE_DEVICE_H_
#define YOLO_DEVICE_DEVICE_H_

#include <memory>
#include <span>

#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"
#include "base/team.h"
#include "kernels/tensor.h"
#include "model/graph.h"
#include "yolo/neuron.h"

namespace yolo {

// A tensor of one image in memory that somebody else owns.
struct TensorView {
  void* data = nullptr;
  DataType type = DataType::kF32;
  Layout layout = Layout::kPlanar;
  int block = 1;  // kBlocked: channels in a block; lanes past c: unspecified
  Shape shape;
};

// What the four numbers of a decoded box are.
enum class BoxForm {
  kCentreSize,  // x, y, w, h
  kCorners,     // x0, y0, x1, y1
  kCornersYx,   // y0, x0, y1, x1
};

// Boxes of a network that decodes its heads itself: position i of both tensors
// is one box, probabilities need no logistic.
struct DecodedView {
  TensorView boxes;     // channels 0 to 3
  TensorView scores;    // may be the same
  int objectness = -1;  // channel of `scores`; -1: in the classes' scores
  int classes = 0;      // channel of `scores`: the first class
  BoxForm form = BoxForm::kCentreSize;
  bool fractions = false;  // of the network's input; else its pixels
};

// What is to be said of a run that succeeded.
struct RunNotes {
  uint32_t notes = 0;  // YOLO_NOTE_...
  int32_t core = -1;   // that ran it, where a device has several
};

// The tensors and scratch of the images that run together: one, or as many as
// the network was compiled for. One thread at a time.
class DeviceLane {
 public:
  virtual ~DeviceLane() = default;

  // Images that run together at most.
  virtual size_t batch() const { return 1; }

  // Input() and Head() are those of image `i`, [0, batch()), from here on.
  virtual void Select(size_t /*i*/) {}

  // The network's input, RGB / 255; the same memory from one run that succeeds
  // to the next.
  virtual TensorView Input() = 0;

  // Runs the network on what Input() holds; the team's members help. Results
  // are the same bits whatever the team's size. Allocates nothing.
  virtual Status Run(Team* team) = 0;

  // The same for the first `num_images` inputs; what an image gives does not
  // depend on the others, or on its place among them.
  virtual Status RunBatch(size_t /*num_images*/, Team* team) {
    return Run(team);
  }

  // Of the last run.
  virtual RunNotes notes() const { return {}; }

  // Input of head `i` (an index into Graph::heads) as the network computed it,
  // before any logistic of the head itself. Valid until the next Run().
  virtual TensorView Head(size_t i) const = 0;

  // False: Head() is to be read. Else there are no heads but boxes, as many as
  // CountBoxes(graph), valid as long.
  virtual bool Decoded(DecodedView* /*out*/) const { return false; }
};

// A model that is loaded and ready to run. Immutable: any thread.
class Device {
 public:
  virtual ~Device() = default;

  virtual int32_t precision() const = 0;  // YOLO_PRECISION_..., not AUTO
  virtual const char* instruction_set() const = 0;
  virtual uint64_t bytes_weights() const = 0;

  // What runs layer `i` of the graph; "" when nothing does.
  virtual const char* Implementation(size_t i) const = 0;

  // Lines of "name: text" for people, the last without its end.
  virtual const char* details() const { return ""; }

  // Images in flight that keep it busy; 0: as many as there are CPUs.
  virtual size_t default_lanes() const { return 0; }

  // True when nothing will run on it any more.
  virtual bool IsLost() const { return false; }

  // Its own cores: number, and what became of core `i`.
  virtual size_t num_cores() const { return 0; }
  virtual void GetCoreStats(size_t /*i*/, yolo_core_stats* /*out*/) const {}

  // A lane of its own; does not outlive the device.
  virtual Status NewLane(std::unique_ptr<DeviceLane>* out) = 0;
};

struct DeviceOptions {
  int32_t precision = YOLO_PRECISION_AUTO;
  Allocator* allocator = nullptr;
  Log log;
  // Resolved; its pointers are valid while the device is made.
  yolo_neuron_options neuron = YOLO_NEURON_OPTIONS_INIT;
};

// One row for each kind of device.
struct DeviceKind {
  int32_t id;  // YOLO_DEVICE_...
  const char* name;
  // False when the CPU lacks what it needs, or it is not asked for.
  bool (*available)(const DeviceOptions& options);
  // Takes the graph's weights when it has copied them into its own layout.
  Status (*create)(Graph* graph, const DeviceOptions& options,
                   std::unique_ptr<Device>* out);
};

// In order of preference; the last row always works.
std::span<const DeviceKind> DeviceKinds();

// cpu.cc; present unless YOLO_ONEDNN=OFF.
bool CpuAvailable(const DeviceOptions&);
Status CreateCpuDevice(Graph* graph, const DeviceOptions& options,
                       std::unique_ptr<Device>* out);
const char* CpuLibraryName();  // "oneDNN 2.6.3"

// neuron.cc; does not touch the graph's weights.
bool NeuronAvailable(const DeviceOptions& options);
Status CreateNeuronDevice(Graph* graph, const DeviceOptions& options,
                          std::unique_ptr<Device>* out);

// portable.cc
bool PortableAvailable(const DeviceOptions&);
Status CreatePortableDevice(Graph* graph, const DeviceOptions& options,
                            std::unique_ptr<Device>* out);
const char* PortableLibraryName();  // "Eigen 3.4.0"

}  // namespace yolo

#endif  // YOLO_DEVICE_DEVICE_H_
