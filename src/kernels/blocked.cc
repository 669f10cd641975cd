// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Plain loops: rare layers that wait for memory, not for arithmetic.
#include "kernels/blocked.h"

#include <bit>
#include <cstring>

namespace yolo {
namespace {

// A bfloat16 in memory; arithmetic happens in float, rounded to nearest even.
struct Bf16 {
  uint16_t bits;
};

float ToFloat(float x) { return x; }
float ToFloat(Bf16 x) {
  return std::bit_cast<float>(static_cast<uint32_t>(x.bits) << 16);
}
void Store(float x, float* to) { *to = x; }
void Store(float x, Bf16* to) {
  const auto u = std::bit_cast<uint32_t>(x);
  // A NaN must not round up into infinity.
  to->bits = x != x ? static_cast<uint16_t>(u >> 16 | 0x40)
                    : static_cast<uint16_t>((u + 0x7fff + (u >> 16 & 1)) >> 16);
}

// Calls body with a pointer type of the view's elements.
template <class Body>
void WithType(bool bf16, const Body& body) {
  if (bf16) {
    body(static_cast<Bf16*>(nullptr));
  } else {
    body(static_cast<float*>(nullptr));
  }
}

template <class T>
T* At(const BlockedView& view, size_t channel, size_t pixel) {
  return static_cast<T*>(view.data) +
         (channel / view.block * view.pixels() + pixel) * view.block +
         channel % view.block;
}

template <class T>
void Fill(T* to, size_t count, T value) {
  for (size_t i = 0; i < count; ++i) to[i] = value;
}

}  // namespace

void CopyChannels(const BlockedView& src, const BlockedView& dst,
                  const ChannelCopy& copy, Range pixels) {
  WithType(dst.bf16, [&](auto* type) {
    using T = std::remove_pointer_t<decltype(type)>;
    // Runs of channels that cross no block border on either side.
    size_t done = 0;
    while (done < copy.channels) {
      const size_t s = copy.src_channel + done, d = copy.dst_channel + done;
      size_t run = copy.channels - done;
      if (run > src.block - s % src.block) run = src.block - s % src.block;
      if (run > dst.block - d % dst.block) run = dst.block - d % dst.block;
      for (size_t p = pixels.begin; p < pixels.end; ++p) {
        std::memcpy(At<T>(dst, d, p), At<T>(src, s, p), run * sizeof(T));
      }
      done += run;
    }
    const size_t end = copy.dst_channel + copy.channels;
    if (!copy.last || end % dst.block == 0) return;
    for (size_t p = pixels.begin; p < pixels.end; ++p) {
      Fill(At<T>(dst, end, p), dst.block - end % dst.block, T{});
    }
  });
}

void UpsampleNearest(const BlockedView& src, const BlockedView& dst,
                     size_t factor, float scale, Range blocks) {
  WithType(dst.bf16, [&](auto* type) {
    using T = std::remove_pointer_t<decltype(type)>;
    const size_t row = dst.width * dst.block;
    for (size_t b = blocks.begin; b < blocks.end; ++b) {
      for (size_t y = 0; y < src.height; ++y) {
        const T* from = At<T>(src, b * src.block, y * src.width);
        T* first = At<T>(dst, b * dst.block, y * factor * dst.width);
        T* to = first;
        for (size_t x = 0; x < src.width; ++x, from += src.block) {
          for (size_t k = 0; k < factor; ++k, to += dst.block) {
            std::memcpy(to, from, src.block * sizeof(T));
          }
        }
        if (scale != 1.0f) {
          for (size_t i = 0; i < row; ++i) {
            Store(ToFloat(first[i]) * scale, first + i);
          }
        }
        for (size_t k = 1; k < factor; ++k) {
          std::memcpy(first + k * row, first, row * sizeof(T));
        }
      }
    }
  });
}

void AddChannels(const BlockedView& src, const BlockedView& dst,
                 size_t channels, Range pixels) {
  WithType(dst.bf16, [&](auto* type) {
    using T = std::remove_pointer_t<decltype(type)>;
    for (size_t c = 0; c < channels; c += dst.block) {
      const size_t lanes = channels - c < dst.block ? channels - c : dst.block;
      for (size_t p = pixels.begin; p < pixels.end; ++p) {
        const T* a = At<T>(src, c, p);
        T* b = At<T>(dst, c, p);
        for (size_t i = 0; i < lanes; ++i) {
          Store(ToFloat(b[i]) + ToFloat(a[i]), b + i);
        }
      }
    }
  });
}

void MultiplyBlocks(const BlockedView& a, const BlockedView& b,
                    const BlockedView& dst, Range blocks) {
  WithType(dst.bf16, [&](auto* type) {
    using T = std::remove_pointer_t<decltype(type)>;
    const size_t step = b.pixels() == 1 ? 0 : b.block;
    for (size_t k = blocks.begin; k < blocks.end; ++k) {
      const T* x = At<T>(a, k * a.block, 0);
      const T* y = At<T>(b, k * b.block, 0);
      T* to = At<T>(dst, k * dst.block, 0);
      for (size_t p = 0; p < dst.pixels(); ++p) {
        for (size_t i = 0; i < dst.block; ++i) {
          Store(ToFloat(x[i]) * ToFloat(y[i]), to + i);
        }
        x += a.block;
        y += step;
        to += dst.block;
      }
    }
  });
}

void AverageBlocks(const BlockedView& src, const BlockedView& dst,
                   Range blocks) {
  constexpr size_t kMaxBlock = 16;
  WithType(dst.bf16, [&](auto* type) {
    using T = std::remove_pointer_t<decltype(type)>;
    for (size_t k = blocks.begin; k < blocks.end; ++k) {
      float sum[kMaxBlock] = {};
      const T* from = At<T>(src, k * src.block, 0);
      for (size_t p = 0; p < src.pixels(); ++p, from += src.block) {
        for (size_t i = 0; i < src.block; ++i) sum[i] += ToFloat(from[i]);
      }
      T* to = At<T>(dst, k * dst.block, 0);
      for (size_t i = 0; i < src.block; ++i) {
        Store(sum[i] / static_cast<float>(src.pixels()), to + i);
      }
    }
  });
}

void BlockPlanes(const void* src, size_t channels, const BlockedView& dst,
                 Range pixels) {
  WithType(dst.bf16, [&](auto* type) {
    using T = std::remove_pointer_t<decltype(type)>;
    const T* planes = static_cast<const T*>(src);
    for (size_t c = 0; c < channels; c += dst.block) {
      for (size_t p = pixels.begin; p < pixels.end; ++p) {
        T* to = At<T>(dst, c, p);
        for (size_t i = 0; i < dst.block; ++i) {
          to[i] = c + i < channels ? planes[(c + i) * dst.pixels() + p] : T{};
        }
      }
    }
  });
}

}  // namespace yolo
