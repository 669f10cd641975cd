// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// COCO's files: annotations of boxes, and results.
#ifndef YOLO_SAMPLES_CLI_EVAL_COCO_FILES_H_
#define YOLO_SAMPLES_CLI_EVAL_COCO_FILES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cli {

// Pixels of the image; x, y is the left upper corner.
struct CocoBox {
  double x, y, w, h;
};

struct CocoImage {
  int64_t id = 0;
  std::string file_name;
  int64_t width = 0;  // pixels; 0: the file does not say
  int64_t height = 0;
};

struct CocoCategory {
  int64_t id = 0;
  std::string name;
};

// Images and categories by their index in CocoAnnotations from here on.
struct CocoObject {
  size_t image = 0;
  size_t category = 0;
  int64_t id = 0;
  CocoBox box = {};
  double area = 0;  // of the object, not of its box; square pixels
  bool crowd = false;
};

struct CocoAnnotations {
  std::vector<CocoImage> images;         // by id
  std::vector<CocoCategory> categories;  // by id
  std::vector<CocoObject> objects;       // in the file's order
  size_t num_strays = 0;  // objects of no image or category of the file
};

struct CocoDetection {
  size_t image = 0;
  size_t category = 0;
  CocoBox box = {};
  double score = 0;
};

struct CocoResults {
  std::vector<CocoDetection> detections;  // in the file's order
  size_t num_strays = 0;  // of categories that the annotations do not have
};

// Throws Error(kBadAnnotations). An object without `area` has that of its box;
// one without `iscrowd` is no crowd. `ignore` is not read: pycocotools
// overwrites it.
CocoAnnotations ReadCocoAnnotations(const std::string& path);

// Throws Error(kBadAnnotations), also for an image that `truth` lacks.
CocoResults ReadCocoResults(const std::string& path,
                            const CocoAnnotations& truth);

// Throws Error(kCannotWrite) unless the file can be opened; makes it, but
// changes nothing that is there.
void CheckCanWrite(const std::string& path);

// One result a line. Throws Error(kCannotWrite).
void WriteCocoResults(const std::string& path, const CocoAnnotations& truth,
                      const std::vector<CocoDetection>& detections);

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_EVAL_COCO_FILES_H_
