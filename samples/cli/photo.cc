// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Files and folders in, photos out.
#include "photo.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <set>

#include "error.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

// No photo is larger; an endless file such as /dev/zero is.
constexpr size_t kMaxFileBytes = size_t{1} << 30;

bool IsPictureName(const std::string& path) {
  return IsJpegName(path) || IsPngName(path);
}

bool IsFolder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

std::vector<Input> FilesIn(const std::string& folder) {
  std::vector<Input> inputs;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string path = entry->path().string();
    if (IsPictureName(path) && !IsFolder(path)) inputs.push_back({path, ""});
  }
  if (error) return {{folder, error.message()}};
  if (inputs.empty()) return {{folder, "no .jpg, .jpeg or .png file in it"}};
  std::sort(inputs.begin(), inputs.end(),
            [](const Input& a, const Input& b) { return a.path < b.path; });
  return inputs;
}

// "" or why the file cannot be read.
std::string ReadFile(const std::string& path, std::vector<uint8_t>* out) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) return std::strerror(errno);
  size_t used = 0;
  while (!std::feof(file.get())) {
    if (used > kMaxFileBytes) return "larger than 1 GiB";
    out->resize(used + std::max<size_t>(used, 1 << 16));
    used += std::fread(out->data() + used, 1, out->size() - used, file.get());
    if (std::ferror(file.get())) return std::strerror(errno);
  }
  out->resize(used);
  return used == 0 ? "the file is empty" : "";
}

std::string Canonical(const std::string& path) {
  std::error_code error;
  const fs::path canonical = fs::weakly_canonical(path, error);
  return error ? path : canonical.string();
}

// photo.jpg, or photo-2.jpg when another input is called photo.jpg too.
std::string NameIn(const fs::path& folder, const std::string& input,
                   std::set<std::string>* taken) {
  const fs::path path(input);
  const std::string extension =
      IsPictureName(input) ? path.extension().string() : ".jpg";
  std::string name = path.stem().string() + extension;
  for (int i = 2; !taken->insert(name).second; ++i) {
    name = path.stem().string() + "-" + std::to_string(i) + extension;
  }
  return (folder / name).string();
}

// From `bytes` to `decoded`.
void ReadPng(uint64_t max_pixels, Photo* photo) {
  if (PngPixels(photo->bytes) > max_pixels) {
    photo->Fail(YOLO_ERROR_LIMIT,
                "PNG: more than " + std::to_string(max_pixels) + " pixels");
  } else {
    const std::string problem = DecodePng(photo->bytes, &photo->decoded);
    if (!problem.empty()) photo->Fail(YOLO_ERROR_BAD_IMAGE, "PNG: " + problem);
  }
  photo->bytes.clear();
}

void RefuseToReplace(const std::vector<Input>& inputs,
                     const std::vector<std::string>& outputs) {
  std::set<std::string> originals;
  for (const Input& input : inputs) originals.insert(Canonical(input.path));
  for (const std::string& output : outputs) {
    if (!originals.contains(Canonical(output))) continue;
    throw Error(kUsage, "--output: " + output + " is one of the inputs");
  }
}

}  // namespace

std::vector<Input> FindInputs(const std::vector<std::string>& paths) {
  std::vector<Input> inputs;
  for (const std::string& path : paths) {
    if (!IsFolder(path)) {
      inputs.push_back({path, ""});
      continue;
    }
    for (Input& file : FilesIn(path)) inputs.push_back(std::move(file));
  }
  return inputs;
}

std::vector<std::string> PlanOutputs(const std::string& output,
                                     const std::vector<Input>& inputs) {
  std::vector<std::string> paths(inputs.size());
  if (output.empty()) return paths;
  if (IsPictureName(output) && !IsFolder(output)) {
    if (inputs.size() > 1) {
      throw Error(kUsage, "--output: " + output +
                              " is one file; several images need a folder");
    }
    paths.front() = output;
  } else {
    std::error_code error;
    fs::create_directories(output, error);
    if (!IsFolder(output)) {
      throw Error(kCannotWrite, output + ": cannot make this folder: " +
                                    (error ? error.message() : "it is a file"));
    }
    std::set<std::string> taken;
    for (size_t i = 0; i < inputs.size(); ++i) {
      paths[i] = NameIn(output, inputs[i].path, &taken);
    }
  }
  RefuseToReplace(inputs, paths);
  return paths;
}

void Photo::Fail(yolo_status status, const std::string& message) {
  result.status = status;
  std::snprintf(result.message, sizeof result.message, "%s", message.c_str());
}

yolo_image Photo::Image() const {
  yolo_image image = YOLO_IMAGE_INIT;
  if (decoded.rgb.empty()) {
    image.format = YOLO_FORMAT_JPEG;
    image.data = bytes.data();
    image.size = bytes.size();
  } else {
    image.format = YOLO_FORMAT_RGB;
    image.data = decoded.rgb.data();
    image.size = decoded.rgb.size();
    image.width = decoded.width;
    image.height = decoded.height;
  }
  return image;
}

Photo ReadPhoto(const Input& input, uint64_t max_pixels) {
  Photo photo;
  photo.path = input.path;
  const std::string problem = input.problem.empty()
                                  ? ReadFile(input.path, &photo.bytes)
                                  : input.problem;
  if (!problem.empty()) {
    photo.Fail(YOLO_ERROR_IO, problem);
  } else if (IsPng(photo.bytes)) {
    ReadPng(max_pixels, &photo);
  }
  return photo;
}

}  // namespace cli
