// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The images that the command line names, from file to result.
#ifndef YOLO_SAMPLES_CLI_PHOTO_H_
#define YOLO_SAMPLES_CLI_PHOTO_H_

#include <yolo/yolo.h>

#include <cstdint>
#include <string>
#include <vector>

#include "picture.h"

namespace cli {

// An image that was asked for.
struct Input {
  std::string path;
  std::string problem;  // why there is nothing to read: an empty folder, say
};

// The files that `paths` stand for, in order; a folder stands for its .jpg,
// .jpeg and .png files, sorted by name.
std::vector<Input> FindInputs(const std::vector<std::string>& paths);

// Where the drawing of each input goes; "" everywhere when `output` is "".
// Makes the folder. Throws Error(kUsage) when one file would have to hold
// several drawings or a drawing would replace an input, Error(kCannotWrite)
// when there can be no such folder.
std::vector<std::string> PlanOutputs(const std::string& output,
                                     const std::vector<Input>& inputs);

// One image and what became of it.
struct Photo {
  std::string path;
  std::vector<uint8_t> bytes;  // of a JPEG
  Picture decoded;             // of a PNG
  yolo_result result = YOLO_RESULT_INIT;
  std::vector<yolo_detection> detections;

  void Fail(yolo_status status, const std::string& message);
  // Valid while the photo is.
  yolo_image Image() const;
  size_t Size() const { return bytes.size() + decoded.rgb.size(); }
};

// Reads the file; a failure is in the photo's result.
Photo ReadPhoto(const Input& input, uint64_t max_pixels);

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_PHOTO_H_
