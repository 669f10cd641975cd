// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The command line.
#ifndef YOLO_SAMPLES_CLI_OPTIONS_H_
#define YOLO_SAMPLES_CLI_OPTIONS_H_

#include <yolo/neuron.h>
#include <yolo/yolo.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cli {

// A value of yolo.h and what users call it.
struct Name {
  const char* name;
  int32_t value;
};

inline constexpr Name kDevices[] = {{"auto", YOLO_DEVICE_AUTO},
                                    {"cpu", YOLO_DEVICE_CPU},
                                    {"portable", YOLO_DEVICE_PORTABLE},
                                    {"neuron", YOLO_DEVICE_NEURON}};
inline constexpr Name kFallbacks[] = {{"none", YOLO_FALLBACK_NONE},
                                      {"cpu", YOLO_FALLBACK_CPU}};
inline constexpr Name kDecodedBoxes[] = {{"auto", YOLO_DECODED_BOXES_DEFAULT},
                                         {"xywh", YOLO_DECODED_BOXES_XYWH},
                                         {"xyxy", YOLO_DECODED_BOXES_XYXY},
                                         {"yxyx", YOLO_DECODED_BOXES_YXYX}};
inline constexpr Name kDecodedUnits[] = {
    {"auto", YOLO_DECODED_UNITS_DEFAULT},
    {"pixels", YOLO_DECODED_UNITS_PIXELS},
    {"fractions", YOLO_DECODED_UNITS_FRACTIONS}};
inline constexpr Name kDecodedScores[] = {
    {"auto", YOLO_DECODED_SCORES_DEFAULT},
    {"product", YOLO_DECODED_SCORES_PRODUCT},
    {"final", YOLO_DECODED_SCORES_FINAL}};
inline constexpr Name kPrecisions[] = {{"auto", YOLO_PRECISION_AUTO},
                                       {"f32", YOLO_PRECISION_F32},
                                       {"bf16", YOLO_PRECISION_BF16}};
// Of yolo_detector_info: NEFFs have one that cannot be asked for.
inline constexpr Name kReportedPrecisions[] = {{"f32", YOLO_PRECISION_F32},
                                               {"bf16", YOLO_PRECISION_BF16},
                                               {"f16", YOLO_PRECISION_F16}};
inline constexpr Name kProfiles[] = {
    {"auto", YOLO_PROFILE_AUTO},
    {"darknet", YOLO_PROFILE_DARKNET},
    {"darknet-letterbox", YOLO_PROFILE_DARKNET_LETTERBOX},
    {"opencv", YOLO_PROFILE_OPENCV},
    {"ultralytics", YOLO_PROFILE_ULTRALYTICS},
    {"tf1-legacy", YOLO_PROFILE_TF1_LEGACY}};
inline constexpr Name kDecodes[] = {{"fast", YOLO_DECODE_FAST},
                                    {"exact", YOLO_DECODE_EXACT}};
inline constexpr Name kNms[] = {{"per-class", YOLO_NMS_PER_CLASS},
                                {"agnostic", YOLO_NMS_AGNOSTIC},
                                {"diou", YOLO_NMS_DIOU},
                                {"none", YOLO_NMS_NONE}};

// "unknown" for a value that has no name.
const char* NameOf(std::span<const Name> names, int32_t value);

// Of yolo eval alone.
struct EvalOptions {
  std::string annotations;
  std::string images;      // folder
  std::string detections;  // results to evaluate; "": those of the model
  std::string results;     // where to write the model's; "": nowhere
  uint32_t callers = 0;
  uint32_t batch = 0;
  bool per_class = false;
  bool confusion = false;
};

// What yolo bench takes besides.
struct BenchOptions {
  uint32_t callers = 8;
  uint32_t batch = 4;                // images a call
  double seconds = 60;               // measured
  double window = 30;                // seconds
  double warmup = 5;                 // seconds, after every file was run once
  double rate = 0;                   // images a second; 0: closed loop
  uint64_t seed = 1;                 // of the arrivals
  double price_per_hour = 0;         // of the machine; 0: not known
  std::string name;                  // in charts
  std::string report;                // HTML file
  std::string json;                  // file
  std::vector<std::string> compare;  // JSON files of other runs
};

// What the command line says. As in yolo_options, 0 and "" mean "default".
struct Options {
  enum class Command { kBench, kDetect, kEval, kInfo };
  Command command = Command::kDetect;

  std::string model;
  std::string weights;
  std::string labels;
  int32_t device = 0;
  int32_t precision = 0;
  int32_t profile = 0;
  int32_t decode = 0;
  int32_t nms = 0;
  std::string neff;
  std::string libnrt;
  std::string tensor_types;
  int32_t decoded_boxes = 0;
  int32_t decoded_units = 0;
  int32_t decoded_scores = 0;
  uint32_t cores = 0;
  uint32_t lanes_per_core = 0;
  int32_t fallback = 0;
  uint32_t lanes = 0;
  uint32_t threads = 0;
  uint32_t width = 0;   // of the network, pixels
  uint32_t height = 0;  // of the network, pixels
  float threshold = 0;
  float iou = 0;
  uint32_t max_candidates = 0;
  uint32_t max_detections = 0;
  std::vector<int32_t> classes;
  bool no_exif = false;
  bool verbose = false;
  bool json = false;

  std::string output;               // detect: file or folder; "" for none
  std::vector<std::string> images;  // detect, bench: files and folders

  BenchOptions bench;
  EvalOptions eval;
};

// Fills `out`. Returns false when the command ends here, with `exit_code`:
// help or version was printed, or the command line is wrong and was explained.
bool ParseCommandLine(int argc, char** argv, Options* out, int* exit_code);

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_OPTIONS_H_
