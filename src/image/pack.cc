// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Tables of each profile's bilinear resize, and the walk over the rows.
#include "image/pack.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "image/limits.h"
#include "kernels/pack.h"

namespace yolo {
namespace {

// The arithmetic of a resize. The tools round differently, and people compare.
enum class Arithmetic {
  kDarknet,     // AlexeyAB's Darknet, src/image.c, resize_image
  kOpenCv,      // OpenCV 4.6, cv::resize, INTER_LINEAR on bytes
  kHalve,       // the same, where it takes INTER_AREA: exactly half the size
  kTensorFlow,  // TensorFlow 1.15, ResizeBilinear, neither corner-aligned nor
                // half-pixel
};

// The two rows of the picture that a row of the network's input lies between.
struct RowPair {
  int32_t top, bottom;
  float a, b;  // kDarknet: weights; kTensorFlow: b is the share of `bottom`
  int32_t fixed_a, fixed_b;  // kOpenCv: weights in 1/2048
};

// One position along an axis: between pixels `low` and `high`, `t` of the way.
struct Position {
  int low, high;
  float t;
};

// Darknet: corners on corners. The last column is the last pixel. (For rows see
// DarknetRows.)
Position DarknetPosition(int i, int from, int to) {
  if (i == to - 1 || from == 1) return {from - 1, from - 1, 0};
  const float scale = static_cast<float>(from - 1) / static_cast<float>(to - 1);
  const float at = static_cast<float>(i) * scale;
  const int low = static_cast<int>(at);
  return {low, std::min(low + 1, from - 1), at - static_cast<float>(low)};
}

// OpenCV: pixel centres on pixel centres; may lie outside of [0, from).
Position OpenCvPosition(int i, int from, int to) {
  const double scale = 1.0 / (static_cast<double>(to) / from);
  const auto at = static_cast<float>((i + 0.5) * scale - 0.5);
  const auto low = static_cast<int>(std::floor(at));
  return {low, low + 1, at - static_cast<float>(low)};
}

// TensorFlow 1.15: left edges on left edges; the upper neighbour is clamped.
Position TensorFlowPosition(int i, int from, int to) {
  const float scale = static_cast<float>(from) / static_cast<float>(to);
  const float at = static_cast<float>(i) * scale;
  const int low = std::min(static_cast<int>(at), from - 1);
  return {low, std::min(low + 1, from - 1), at - std::floor(at)};
}

// OpenCV's weights: 11 bits, rounded half to even.
std::pair<int32_t, int32_t> FixedWeights(float t) {
  const auto fixed = [](float w) {
    return static_cast<int32_t>(std::nearbyint(w * 2048));
  };
  return {fixed(1 - t), fixed(t)};
}

// Darknet's rows differ from its columns: the last row has no lower neighbour
// but keeps the weight of its upper one, so where rounding puts it just above
// the last row of the picture it comes out almost black. So it does here.
RowPair DarknetRow(int y, int from, int to) {
  if (to == 1) return {0, 0, 1, 0, 0, 0};  // Darknet divides by zero
  const float scale = static_cast<float>(from - 1) / static_cast<float>(to - 1);
  const float at = static_cast<float>(y) * scale;
  const int top = std::min(static_cast<int>(at), from - 1);
  const float t = at - static_cast<float>(top);
  if (y == to - 1 || from == 1) return {top, top, 1 - t, 0, 0, 0};
  return {top, std::min(top + 1, from - 1), 1 - t, t, 0, 0};
}

RowPair MakeRow(Arithmetic arithmetic, int y, int from, int to) {
  switch (arithmetic) {
    case Arithmetic::kDarknet:
      return DarknetRow(y, from, to);
    case Arithmetic::kHalve:
      return {2 * y, 2 * y + 1, 0, 0, 0, 0};
    case Arithmetic::kTensorFlow: {
      const Position p = TensorFlowPosition(y, from, to);
      return {p.low, p.high, 0, p.t, 0, 0};
    }
    case Arithmetic::kOpenCv:
      break;
  }
  // Outside of the picture both are its nearest row; the weights stay.
  const Position p = OpenCvPosition(y, from, to);
  const auto [a, b] = FixedWeights(p.t);
  return {std::clamp(p.low, 0, from - 1),
          std::clamp(p.high, 0, from - 1),
          0,
          0,
          a,
          b};
}

Position ColumnPosition(Arithmetic arithmetic, int x, int from, int to) {
  switch (arithmetic) {
    case Arithmetic::kDarknet:
      return DarknetPosition(x, from, to);
    case Arithmetic::kHalve:
      return {2 * x, 2 * x + 1, 0};
    case Arithmetic::kTensorFlow:
      return TensorFlowPosition(x, from, to);
    case Arithmetic::kOpenCv:
      break;
  }
  // Outside of the picture: all of its nearest column.
  const Position p = OpenCvPosition(x, from, to);
  if (p.low < 0) return {0, 0, 0};
  if (p.low >= from - 1) return {from - 1, from - 1, 0};
  return p;
}

// The bits of a finite, non-negative float rounded to bf16.
uint16_t ToBf16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  return static_cast<uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

// The border around the picture, and around letterboxes only.
float BorderOf(int32_t profile) {
  return profile == YOLO_PROFILE_ULTRALYTICS ? 114.0f / 255.0f : 0.5f;
}

// Element (x, y) of plane c.
void* ElementOf(const PackTarget& target, int c, int x, int y) {
  const auto width = static_cast<size_t>(target.width);
  const size_t plane = width * static_cast<size_t>(target.height);
  const size_t at = static_cast<size_t>(c) * plane +
                    static_cast<size_t>(y) * width + static_cast<size_t>(x);
  return static_cast<uint8_t*>(target.data) + at * (target.bf16 ? 2 : 4);
}

// Fills elements [begin, end) of row y in every plane.
void FillRow(const PackTarget& target, int y, int begin, int end, float value) {
  const auto count = static_cast<size_t>(std::max(end - begin, 0));
  for (int c = 0; c < 3; ++c) {
    void* row = ElementOf(target, c, begin, y);
    if (target.bf16) {
      std::fill_n(static_cast<uint16_t*>(row), count, ToBf16(value));
    } else {
      std::fill_n(static_cast<float*>(row), count, value);
    }
  }
}

void FillBorder(const Placement& p, const PackTarget& target, float value) {
  for (int y = 0; y < target.height; ++y) {
    if (y < p.y || y >= p.y + p.h) {
      FillRow(target, y, 0, target.width, value);
    } else {
      FillRow(target, y, 0, p.x, value);
      FillRow(target, y, p.x + p.w, target.width, value);
    }
  }
}

// The sizes that tables were made for.
struct Sizes {
  int from_w = 0, from_h = 0, to_w = 0, to_h = 0;
  bool operator==(const Sizes&) const = default;
};

}  // namespace

struct Packer::State {
  State(int32_t p, Allocator* a) : profile(p), allocator(a) {}

  Arithmetic ArithmeticOf(const Sizes& s) const;
  Status MakeTables(const Sizes& s, const PackTarget& target);
  void FillTables();
  const void* InterpolateRow(const RgbView& pixels, int y);
  void PackRow(const RgbView& pixels, const RowPair& pair, PlanarRow* out);

  const int32_t profile;
  Allocator* const allocator;

  // Tables of the last sizes. Values across a row are [3][to_w], as the planes
  // of a row lie one after the other.
  Sizes sizes;
  Arithmetic arithmetic = Arithmetic::kDarknet;
  Buffer memory;
  int32_t* left;     // [to_w] bytes from the start of a row
  int32_t* right;    // [to_w]
  float* t;          // [3][to_w] kDarknet, kTensorFlow
  int32_t* fixed_a;  // [3][to_w] kOpenCv
  int32_t* fixed_b;  // [3][to_w]
  RowPair* rows;     // [to_h]

  // Rows of the picture interpolated across, floats or int32_t: row y is in
  // slot y % 2, as neighbours are needed together.
  void* row[2];     // [3][to_w]
  int row_in[2];    // which; -1: none
  uint8_t* lefts;   // [3][to_w]
  uint8_t* rights;  // [3][to_w]
};

Arithmetic Packer::State::ArithmeticOf(const Sizes& s) const {
  switch (profile) {
    case YOLO_PROFILE_TF1_LEGACY:
      return Arithmetic::kTensorFlow;
    case YOLO_PROFILE_OPENCV:
    case YOLO_PROFILE_ULTRALYTICS:
      return s.from_w == 2 * s.to_w && s.from_h == 2 * s.to_h
                 ? Arithmetic::kHalve
                 : Arithmetic::kOpenCv;
    default:
      return Arithmetic::kDarknet;
  }
}

// Room for the whole target, so that a letterbox of any shape fits.
Status Packer::State::MakeTables(const Sizes& s, const PackTarget& target) {
  const auto w = static_cast<size_t>(target.width);
  const auto h = static_cast<size_t>(target.height);
  const size_t words = AlignUp(w * 4);
  const size_t bytes = 2 * words + 5 * 3 * words + 2 * 3 * AlignUp(w) +
                       AlignUp(h * sizeof(RowPair));
  sizes = {};
  if (!memory.Reserve(allocator, bytes)) {
    return RefusedMemory(*allocator, bytes, "image");
  }
  uint8_t* next = memory.as();
  const auto take = [&next](size_t size) {
    return std::exchange(next, next + size);
  };
  left = reinterpret_cast<int32_t*>(take(words));
  right = reinterpret_cast<int32_t*>(take(words));
  t = reinterpret_cast<float*>(take(3 * words));
  fixed_a = reinterpret_cast<int32_t*>(take(3 * words));
  fixed_b = reinterpret_cast<int32_t*>(take(3 * words));
  row[0] = take(3 * words);
  row[1] = take(3 * words);
  lefts = take(3 * AlignUp(w));
  rights = take(3 * AlignUp(w));
  rows = reinterpret_cast<RowPair*>(take(AlignUp(h * sizeof(RowPair))));
  sizes = s;
  arithmetic = ArithmeticOf(s);
  FillTables();
  return Status::Ok();
}

void Packer::State::FillTables() {
  const int w = sizes.to_w;
  for (int x = 0; x < w; ++x) {
    const Position p = ColumnPosition(arithmetic, x, sizes.from_w, w);
    left[x] = 3 * p.low;
    right[x] = 3 * p.high;
    const auto [a, b] = FixedWeights(p.t);
    for (int c = 0; c < 3; ++c) {
      t[c * w + x] = p.t;
      fixed_a[c * w + x] = a;
      fixed_b[c * w + x] = b;
    }
  }
  for (int y = 0; y < sizes.to_h; ++y) {
    rows[y] = MakeRow(arithmetic, y, sizes.from_h, sizes.to_h);
  }
}

// Row y of the picture at the width of the placement; kept until another row
// takes its slot.
const void* Packer::State::InterpolateRow(const RgbView& pixels, int y) {
  const int slot = y % 2;
  if (row_in[slot] == y) return row[slot];
  row_in[slot] = y;
  const auto w = static_cast<size_t>(sizes.to_w);
  GatherNeighbours(pixels.data + static_cast<size_t>(y) * pixels.stride, left,
                   right, w, lefts, rights);
  auto* floats = static_cast<float*>(row[slot]);
  auto* ints = static_cast<int32_t*>(row[slot]);
  switch (arithmetic) {
    case Arithmetic::kDarknet:
      DarknetAcross(lefts, rights, t, 3 * w, floats);
      break;
    case Arithmetic::kOpenCv:
      OpenCvAcross(lefts, rights, fixed_a, fixed_b, 3 * w, ints);
      break;
    case Arithmetic::kHalve:
      HalveAcross(lefts, rights, 3 * w, ints);
      break;
    case Arithmetic::kTensorFlow:
      TensorFlowAcross(lefts, rights, t, 3 * w, floats);
      break;
  }
  return row[slot];
}

void Packer::State::PackRow(const RgbView& pixels, const RowPair& pair,
                            PlanarRow* out) {
  const void* top = InterpolateRow(pixels, pair.top);
  const void* bottom = InterpolateRow(pixels, pair.bottom);
  const auto* ftop = static_cast<const float*>(top);
  const auto* fbottom = static_cast<const float*>(bottom);
  const auto* itop = static_cast<const int32_t*>(top);
  const auto* ibottom = static_cast<const int32_t*>(bottom);
  switch (arithmetic) {
    case Arithmetic::kDarknet:
      return DarknetBetween(ftop, fbottom, pair.a, pair.b, *out);
    case Arithmetic::kOpenCv:
      return OpenCvBetween(itop, ibottom, pair.fixed_a, pair.fixed_b, *out);
    case Arithmetic::kHalve:
      return HalveBetween(itop, ibottom, *out);
    case Arithmetic::kTensorFlow:
      return TensorFlowBetween(ftop, fbottom, pair.b, *out);
  }
}

Packer::Packer(int32_t profile, Allocator* allocator)
    : state_(new State(profile, allocator)) {}

Packer::~Packer() { delete state_; }

Status Packer::Pack(const RgbView& pixels, const Placement& placement,
                    const PackTarget& target) {
  State& s = *state_;
  const Sizes sizes = {pixels.width, pixels.height, placement.w, placement.h};
  if (!(s.sizes == sizes)) YOLO_TRY(s.MakeTables(sizes, target));

  FillBorder(placement, target, BorderOf(s.profile));
  PlanarRow out;
  out.width = static_cast<size_t>(placement.w);
  out.bf16 = target.bf16;
  out.unit = s.profile == YOLO_PROFILE_ULTRALYTICS ? Unit::kDivided
                                                   : Unit::kTimesReciprocal;
  s.row_in[0] = s.row_in[1] = -1;
  for (int y = 0; y < placement.h; ++y) {
    for (int c = 0; c < 3; ++c) {
      out.plane[c] = ElementOf(target, c, placement.x, placement.y + y);
    }
    s.PackRow(pixels, s.rows[y], &out);
  }
  return Status::Ok();
}

}  // namespace yolo
