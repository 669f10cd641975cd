// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Heads -> candidates -> suppression -> boxes in the image.
//
// A kernel scans the heads by comparison with bounds that lose nothing. What
// it finds is computed here, by code that is compiled once, so that scores and
// boxes are the same bits on every instruction set.
//
// Suppression sees boxes in pixels of the upright image, not yet clipped. IoU
// is the same in any space that is stretched along the axes, so for the greedy
// kinds this agrees with tools that work in fractions or in network pixels;
// DIoU depends on the aspect, and pixels are those of its paper.
#include "extract.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "candidates.h"
#include "kernels/head.h"
#include "kernels/nms.h"

namespace yolo {
namespace {

// Cells whose classes are scanned together, and the room for what that finds:
// more only where one cell alone has more classes.
constexpr size_t kMaxProbes = 64;
constexpr size_t kHitsPerScan = 8192;

// Centres and extents end here, in network widths: further than any picture,
// and near enough for areas to stay finite when exp() of a wild value did not.
constexpr double kFarthest = 1e6;

constexpr size_t kClasses = 5;  // channel of the first class, in an anchor's
constexpr size_t kObjectness = 4;

// What maps one axis of a head to the same axis of the image.
struct Axis {
  double cells;      // of the head
  double scale_x_y;  // 1: none
  double network;    // pixels of the network's input
  double offset;     // network pixels; see Placement
  double scale;      // image pixels a network pixel
  float image;       // pixels of the upright image
};

// One head of one image.
struct HeadScan {
  const YoloHead* head;
  HeadTensor tensor;
  Axis x, y;
  size_t columns;
  uint32_t order;  // of the head's first cell and anchor (2^32 of them would
                   // fill 100 GB)
};

HeadTensor TensorOf(const TensorView& view) {
  HeadTensor tensor;
  tensor.data = view.data;
  tensor.type = view.type;
  tensor.channels = static_cast<size_t>(view.shape.c);
  tensor.positions =
      static_cast<size_t>(view.shape.h) * static_cast<size_t>(view.shape.w);
  if (view.layout == Layout::kInterleaved) tensor.block = tensor.channels;
  if (view.layout == Layout::kBlocked) {
    tensor.block = static_cast<size_t>(view.block);
    assert(tensor.block > 0 && tensor.block % 8 == 0);
  }
  return tensor;
}

size_t FirstChannel(const YoloHead& head, size_t anchor) {
  return anchor * (kClasses + static_cast<size_t>(head.classes));
}

double Logistic(double t) { return 1 / (1 + std::exp(-t)); }

// Rounded once, so that it hardly depends on whose exp() it is.
float Probability(float value, bool new_coords) {
  if (!new_coords) return static_cast<float>(Logistic(value));
  return std::clamp(value, 0.0f, 1.0f);
}

// Every value whose probability times `objectness` exceeds `floor` is greater
// than this. The margins are far above the error of any rounding on the way
// from value to score, and far below what would let many others through.
float LowerBound(double floor, double objectness, bool new_coords) {
  const double p = std::min(floor / objectness, 1.0) * (1 - 1e-6) -
                   static_cast<double>(std::numeric_limits<float>::min());
  if (new_coords) return static_cast<float>(p);
  if (p <= 0) return -std::numeric_limits<float>::infinity();
  return static_cast<float>(std::log(p / (1 - p)) - 1e-4);
}

// NaN comes out when NaN goes in: the order of arguments of min and max.
Interval DecodeAxis(const YoloHead& head, const Axis& axis, size_t cell,
                    const float t[2], float anchor) {
  const double s = axis.scale_x_y;
  const double at = head.new_coords ? t[0] : Logistic(t[0]);
  const double growth =
      head.new_coords ? 4.0 * t[1] * t[1] : std::exp(double{t[1]});
  double middle =
      (at * s - (s - 1) / 2 + static_cast<double>(cell)) / axis.cells;
  double extent = growth * anchor / axis.network;
  middle = std::min(std::max(middle, -kFarthest), kFarthest);
  extent = std::min(extent, kFarthest);
  const auto pixel = [&](double at_fraction) {
    return static_cast<float>((at_fraction * axis.network - axis.offset) *
                              axis.scale);
  };
  return {pixel(middle - extent / 2), pixel(middle + extent / 2)};
}

Box DecodeBox(const HeadScan& scan, size_t anchor, size_t position) {
  const YoloHead& head = *scan.head;
  const size_t c = FirstChannel(head, anchor);
  const float tx[2] = {scan.tensor.Value(c, position),
                       scan.tensor.Value(c + 2, position)};
  const float ty[2] = {scan.tensor.Value(c + 1, position),
                       scan.tensor.Value(c + 3, position)};
  const YoloHead::Anchor& size = head.anchors[anchor];
  return {DecodeAxis(head, scan.x, position % scan.columns, tx, size.w),
          DecodeAxis(head, scan.y, position / scan.columns, ty, size.h)};
}

Interval Clip(const Interval& side, float image) {
  const auto clip = [image](float v) {
    return v > 0 ? std::min(v, image) : 0.0f;
  };
  return {clip(side.lo), clip(side.hi)};
}

// False for NaN.
bool IsBox(const Box& box) {
  return box.x.lo <= box.x.hi && box.y.lo <= box.y.hi;
}

// Whether any of it lies inside the image.
bool IsVisible(const HeadScan& scan, const Box& box) {
  const Interval x = Clip(box.x, scan.x.image);
  const Interval y = Clip(box.y, scan.y.image);
  return x.lo < x.hi && y.lo < y.hi;
}

}  // namespace

struct Extractor::State {
  const Graph& graph;
  const ExtractOptions& options;
  Allocator* allocator;

  float min_threshold = std::numeric_limits<float>::infinity();
  std::vector<ClassRun> runs;  // the classes that can be reported
  size_t num_allowed = 0;      // in the runs
  size_t max_probes = 1;

  Buffer positions;  // uint32_t [positions of the largest head]
  Buffer hits;       // ClassHit [max_probes][num_allowed]
  Candidates candidates;
  Buffer by_class;    // uint32_t [max_candidates]: ranks of candidates
  Buffer class_ends;  // uint32_t [classes + 1]: into by_class
  Buffer corners;     // float [5][padded max_candidates]: BoxArrays
  Buffer kept;        // uint32_t [max_candidates]
  Buffer keep;        // uint8_t [max_candidates]: survives

  Status Init();
  void FindRuns();

  void ScanHeads(const DeviceLane& lane, Axis x, Axis y);
  void ScanAnchor(const HeadScan& scan, size_t anchor);
  struct Probes;
  void Probe(const HeadScan& scan, size_t anchor, uint32_t position,
             Probes* probes) const;
  void OfferClasses(const HeadScan& scan, size_t anchor, Probes* probes);
  bool FindBox(const HeadScan& scan, size_t anchor, size_t probe,
               Probes* probes) const;
  float Floor() const;

  void Suppress();
  void GroupByClass();
  void SuppressGroup(const uint32_t* members, size_t count);
  Extracted Report(int width, int height, yolo_detection* out,
                   size_t limit) const;
};

// ---- Memory ----------------------------------------------------------------

void Extractor::State::FindRuns() {
  const auto& thresholds = options.thresholds;
  for (uint32_t c = 0; c < thresholds.size(); ++c) {
    if (!std::isfinite(thresholds[c])) continue;
    min_threshold = std::min(min_threshold, thresholds[c]);
    ++num_allowed;
    if (!runs.empty() && runs.back().first + runs.back().count == c) {
      ++runs.back().count;
    } else {
      runs.push_back({c, 1});
    }
  }
}

Status Extractor::State::Init() {
  assert(options.thresholds.size() == static_cast<size_t>(graph.num_classes));
  assert(options.max_candidates > 0);
  FindRuns();
  max_probes = std::clamp<size_t>(
      kHitsPerScan / std::max<size_t>(num_allowed, 1), 1, kMaxProbes);
  size_t largest = 0;
  for (const int i : graph.heads) {
    const Shape& shape = graph.layers[static_cast<size_t>(i)].shape;
    largest = std::max(largest, shape.count() / static_cast<size_t>(shape.c));
  }
  const size_t n = options.max_candidates;
  const size_t padded = (n + kBoxPadding - 1) / kBoxPadding * kBoxPadding;
  const size_t classes = options.thresholds.size();
  size_t refused = 0;
  const auto make = [&](Buffer* buffer, size_t bytes) {
    refused = bytes;
    return buffer->Allocate(allocator, bytes);
  };
  const bool ok = make(&positions, largest * sizeof(uint32_t)) &&
                  make(&hits, max_probes * num_allowed * sizeof(ClassHit)) &&
                  candidates.Init(allocator, n, &refused) &&
                  make(&by_class, n * sizeof(uint32_t)) &&
                  make(&class_ends, (classes + 1) * sizeof(uint32_t)) &&
                  make(&corners, 5 * padded * sizeof(float)) &&
                  make(&kept, n * sizeof(uint32_t)) && make(&keep, n);
  if (ok) return Status::Ok();
  return RefusedMemory(*allocator, refused, "max_candidates");
}

// ---- Heads -> candidates ---------------------------------------------------

// What a score has to exceed, or equal, to matter still. Once boxes have been
// turned away it is the worst of those that have not: a crowded picture under
// a tiny threshold costs little more than a plain one.
float Extractor::State::Floor() const {
  return candidates.overflow()
             ? std::max(min_threshold, candidates.worst().score)
             : min_threshold;
}

// Cells of one anchor that may hold a box.
struct Extractor::State::Probes {
  enum class State : uint8_t { kNotDecoded, kWanted, kUnwanted };

  uint32_t positions[kMaxProbes];
  float bounds[kMaxProbes];
  float objectness[kMaxProbes];
  Box boxes[kMaxProbes];  // once some class has passed
  State states[kMaxProbes];
  size_t count = 0;
};

void Extractor::State::Probe(const HeadScan& scan, size_t anchor,
                             uint32_t position, Probes* probes) const {
  const YoloHead& head = *scan.head;
  const size_t first = FirstChannel(head, anchor);
  const float objectness = Probability(
      scan.tensor.Value(first + kObjectness, position), head.new_coords);
  if (!(objectness > 0)) return;
  const size_t i = probes->count++;
  probes->positions[i] = position;
  probes->bounds[i] = LowerBound(Floor(), objectness, head.new_coords);
  probes->objectness[i] = objectness;
  probes->states[i] = Probes::State::kNotDecoded;
}

// Decodes the box of a probe unless that has been done. False when it is none.
bool Extractor::State::FindBox(const HeadScan& scan, size_t anchor,
                               size_t probe, Probes* probes) const {
  Probes::State& state = probes->states[probe];
  if (state == Probes::State::kNotDecoded) {
    Box& box = probes->boxes[probe];
    box = DecodeBox(scan, anchor, probes->positions[probe]);
    // Raw candidates are all there is; otherwise a box of which nothing can be
    // seen is none, and suppresses none.
    const bool is_wanted =
        options.nms == YOLO_NMS_NONE ? IsBox(box) : IsVisible(scan, box);
    state = is_wanted ? Probes::State::kWanted : Probes::State::kUnwanted;
  }
  return state == Probes::State::kWanted;
}

void Extractor::State::OfferClasses(const HeadScan& scan, size_t anchor,
                                    Probes* probes) {
  const YoloHead& head = *scan.head;
  const size_t first = FirstChannel(head, anchor) + kClasses;
  ClassHit* const hit = hits.as<ClassHit>();
  const size_t num_hits =
      FindClasses(scan.tensor, first, runs,
                  {probes->positions, probes->bounds, probes->count}, hit);
  for (size_t k = 0; k < num_hits; ++k) {
    const uint32_t p = hit[k].probe, c = hit[k].class_id;
    const uint32_t position = probes->positions[p];
    const float score =
        probes->objectness[p] *
        Probability(scan.tensor.Value(first + c, position), head.new_coords);
    if (!(score > options.thresholds[c])) continue;
    if (!FindBox(scan, anchor, p, probes)) continue;
    const size_t order = position * head.anchors.size() + anchor;
    candidates.Add({score, static_cast<int32_t>(c),
                    scan.order + static_cast<uint32_t>(order),
                    probes->boxes[p]});
  }
}

void Extractor::State::ScanAnchor(const HeadScan& scan, size_t anchor) {
  const YoloHead& head = *scan.head;
  const size_t first = FirstChannel(head, anchor);
  uint32_t* const found = positions.as<uint32_t>();
  const size_t num_found = FindPositions(
      scan.tensor, first + kObjectness,
      LowerBound(Floor(), /*objectness=*/1, head.new_coords), found);
  for (size_t i = 0; i < num_found;) {
    Probes probes;
    for (; i < num_found && probes.count < max_probes; ++i) {
      Probe(scan, anchor, found[i], &probes);
    }
    OfferClasses(scan, anchor, &probes);
  }
}

// x, y: complete but for what differs between heads.
void Extractor::State::ScanHeads(const DeviceLane& lane, Axis x, Axis y) {
  uint32_t order = 0;
  for (size_t i = 0; i < graph.heads.size(); ++i) {
    const Layer& layer = graph.layers[static_cast<size_t>(graph.heads[i])];
    const YoloHead& head = std::get<YoloHead>(layer.op);
    const TensorView view = lane.Head(i);
    assert(view.shape == layer.shape);
    const auto rows = static_cast<size_t>(view.shape.h);
    const auto columns = static_cast<size_t>(view.shape.w);
    x.cells = view.shape.w;
    y.cells = view.shape.h;
    x.scale_x_y = y.scale_x_y = options.ignore_scale_x_y ? 1 : head.scale_x_y;
    const HeadTensor tensor = TensorOf(view);
    for (size_t a = 0; a < head.anchors.size(); ++a) {
      ScanAnchor({&head, tensor, x, y, columns, order}, a);
    }
    order += static_cast<uint32_t>(rows * columns * head.anchors.size());
  }
}

// ---- Suppression -----------------------------------------------------------

// A counting sort: candidates of one class stay in their order.
void Extractor::State::GroupByClass() {
  uint32_t* const end = class_ends.as<uint32_t>();
  const size_t classes = options.thresholds.size();
  std::fill(end, end + classes + 1, 0u);
  for (size_t i = 0; i < candidates.size(); ++i) {
    ++end[candidates[i].class_id + 1];
  }
  for (size_t k = 1; k <= classes; ++k) end[k] += end[k - 1];
  for (size_t i = 0; i < candidates.size(); ++i) {
    by_class.as<uint32_t>()[end[candidates[i].class_id]++] =
        static_cast<uint32_t>(i);
  }
}

void Extractor::State::SuppressGroup(const uint32_t* members, size_t count) {
  float* const data = corners.as<float>();
  const size_t stride = corners.size() / sizeof(float) / 5;
  const BoxArrays boxes = {data, data + stride, data + 2 * stride,
                           data + 3 * stride, data + 4 * stride};
  for (size_t i = 0; i < count; ++i) {
    const Box& box = candidates[members[i]].box;
    boxes.x0[i] = box.x.lo;
    boxes.y0[i] = box.y.lo;
    boxes.x1[i] = box.x.hi;
    boxes.y1[i] = box.y.hi;
  }
  uint32_t* const survivors = kept.as<uint32_t>();
  const size_t n =
      KeepBest(boxes, count,
               options.nms == YOLO_NMS_DIOU ? Overlap::kDiou : Overlap::kIou,
               options.iou_threshold, survivors);
  for (size_t k = 0; k < n; ++k) keep.as<uint8_t>()[members[survivors[k]]] = 1;
}

// Sets `keep` for the sorted candidates.
void Extractor::State::Suppress() {
  const bool none = options.nms == YOLO_NMS_NONE;
  std::fill_n(keep.as<uint8_t>(), candidates.size(), uint8_t{none});
  if (none) return;
  uint32_t* const members = by_class.as<uint32_t>();
  if (options.nms == YOLO_NMS_AGNOSTIC) {
    for (uint32_t i = 0; i < candidates.size(); ++i) members[i] = i;
    SuppressGroup(members, candidates.size());
    return;
  }
  GroupByClass();
  uint32_t begin = 0;
  for (size_t c = 0; c < options.thresholds.size(); ++c) {
    const uint32_t end = class_ends.as<uint32_t>()[c];
    if (end > begin) SuppressGroup(members + begin, end - begin);
    begin = end;
  }
}

// Writes at most `limit` survivors.
Extracted Extractor::State::Report(int width, int height, yolo_detection* out,
                                   size_t limit) const {
  Extracted result;
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (!keep.as<uint8_t>()[i]) continue;
    ++result.found;
    if (result.count == limit) continue;
    const Candidate& c = candidates[i];
    const Interval x = Clip(c.box.x, static_cast<float>(width));
    const Interval y = Clip(c.box.y, static_cast<float>(height));
    out[result.count++] = {x.lo, y.lo, x.hi, y.hi, c.score, c.class_id};
  }
  if (result.found > result.count) {
    result.truncated |= YOLO_TRUNCATED_DETECTIONS;
  }
  if (candidates.overflow()) result.truncated |= YOLO_TRUNCATED_CANDIDATES;
  return result;
}

// ---- Extractor -------------------------------------------------------------

Extractor::Extractor(const Graph& graph, const ExtractOptions& options,
                     Allocator* allocator)
    : state_(new State{graph, options, allocator}) {}

Extractor::~Extractor() { delete state_; }

Status Extractor::Init() { return state_->Init(); }

Extracted Extractor::Extract(const DeviceLane& lane, const Placement& placement,
                             int width, int height, yolo_detection* out,
                             size_t capacity) {
  State& s = *state_;
  s.candidates.Clear();
  if (!s.runs.empty()) {
    const Axis x = {0,
                    1,
                    static_cast<double>(s.graph.input.w),
                    placement.offset_x,
                    placement.scale_x,
                    static_cast<float>(width)};
    const Axis y = {0,
                    1,
                    static_cast<double>(s.graph.input.h),
                    placement.offset_y,
                    placement.scale_y,
                    static_cast<float>(height)};
    s.ScanHeads(lane, x, y);
  }
  s.candidates.Rank();
  s.Suppress();
  return s.Report(width, height, out,
                  std::min<size_t>(capacity, s.options.max_detections));
}

}  // namespace yolo
