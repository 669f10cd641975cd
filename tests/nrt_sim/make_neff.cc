// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Header: 1024 little-endian bytes. Payload: a mark, numbers, the cfg, the
// weights.
#include "nrt_sim/make_neff.h"

#include <bit>
#include <cstring>

namespace yolo::nrt_sim {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr size_t kHeaderBytes = 1024;
constexpr char kMark[] = "simulated NEFF\n";  // 16 bytes with the zero

struct Payload {
  char mark[16];
  uint32_t input_type, input_layout, head_type, head_layout;
  uint32_t batch, width, height, decoding, box_form, fractions;
  uint64_t cfg_size, weights_size;
};
static_assert(sizeof(Payload) == 72 && sizeof(kMark) == sizeof(Payload::mark));

template <class Number>
void Put(std::vector<uint8_t>* bytes, size_t offset, Number value) {
  std::memcpy(bytes->data() + offset, &value, sizeof(value));
}

void PutText(std::vector<uint8_t>* bytes, size_t offset, const char* text) {
  std::memcpy(bytes->data() + offset, text, std::strlen(text));
}

bool IsDense(uint32_t layout) {
  return layout == static_cast<uint32_t>(Layout::kPlanar) ||
         layout == static_cast<uint32_t>(Layout::kInterleaved);
}

}  // namespace

std::vector<uint8_t> MakeNeff(std::string_view cfg,
                              std::span<const uint8_t> weights,
                              const NeffTensors& tensors) {
  Payload payload = {};
  std::memcpy(payload.mark, kMark, sizeof(kMark));
  payload.input_type = static_cast<uint32_t>(tensors.input_type);
  payload.input_layout = static_cast<uint32_t>(tensors.input_layout);
  payload.head_type = static_cast<uint32_t>(tensors.head_type);
  payload.head_layout = static_cast<uint32_t>(tensors.head_layout);
  payload.batch = tensors.batch;
  payload.width = tensors.width;
  payload.height = tensors.height;
  payload.decoding = static_cast<uint32_t>(tensors.decoding);
  payload.box_form = static_cast<uint32_t>(tensors.box_form);
  payload.fractions = tensors.fractions;
  payload.cfg_size = cfg.size();
  payload.weights_size = weights.size();

  const size_t data_size = sizeof(Payload) + cfg.size() + weights.size();
  std::vector<uint8_t> neff(kHeaderBytes + data_size);
  Put(&neff, 0, uint64_t{1});  // package version
  Put(&neff, 8, uint64_t{kHeaderBytes});
  Put(&neff, 16, uint64_t{data_size});
  Put(&neff, 24, uint64_t{2});  // NEFF 2.0
  PutText(&neff, 40, "simulated compiler");
  Put(&neff, 168, uint32_t{1});  // cores
  PutText(&neff, 220, "simulated");
  Put(&neff, 476, uint32_t{1});  // cores requested
  neff[480] = 1;
  Put(&neff, 552, uint32_t{1});  // logical core size
  uint8_t* at = neff.data() + kHeaderBytes;
  std::memcpy(at, &payload, sizeof(payload));
  at += sizeof(payload);
  if (!cfg.empty()) std::memcpy(at, cfg.data(), cfg.size());
  at += cfg.size();
  if (!weights.empty()) std::memcpy(at, weights.data(), weights.size());
  return neff;
}

bool ParseNeff(std::span<const uint8_t> neff, NeffContents* out) {
  Payload payload;
  if (neff.size() < kHeaderBytes + sizeof(payload)) return false;
  std::memcpy(&payload, neff.data() + kHeaderBytes, sizeof(payload));
  const auto rest = neff.subspan(kHeaderBytes + sizeof(payload));
  if (std::memcmp(payload.mark, kMark, sizeof(kMark)) != 0 ||
      payload.input_type > static_cast<uint32_t>(DataType::kU8) ||
      payload.head_type >= static_cast<uint32_t>(DataType::kU8) ||
      !IsDense(payload.input_layout) || !IsDense(payload.head_layout) ||
      payload.batch < 1 || payload.batch > 64 || payload.width > 8192 ||
      payload.height > 8192 ||
      payload.decoding > static_cast<uint32_t>(Decoding::kSplit) ||
      payload.box_form > static_cast<uint32_t>(BoxForm::kCornersYx) ||
      payload.fractions > 1 || payload.cfg_size > rest.size() ||
      payload.weights_size != rest.size() - payload.cfg_size) {
    return false;
  }
  out->tensors = {static_cast<DataType>(payload.input_type),
                  static_cast<Layout>(payload.input_layout),
                  static_cast<DataType>(payload.head_type),
                  static_cast<Layout>(payload.head_layout),
                  payload.batch,
                  payload.width,
                  payload.height,
                  static_cast<Decoding>(payload.decoding),
                  static_cast<BoxForm>(payload.box_form),
                  payload.fractions != 0};
  out->cfg = {reinterpret_cast<const char*>(rest.data()), payload.cfg_size};
  out->weights = rest.subspan(payload.cfg_size);
  return true;
}

}  // namespace yolo::nrt_sim
