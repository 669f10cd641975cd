// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// How busy the host keeps NeuronCores: simulated ones, that take a set time for
// each image and compute nothing. Says nothing about real ones.
//
//   neuron_bench LIBNRT CFG WEIGHTS PHOTO... [--batch N] [--ms N]
//
// LIBNRT is the simulated one. For 1, 2, 4 and 16 cores: images a second of
// batches of N photos, the share of what the cores could do, and CPU
// milliseconds an image; and of one image alone, on one core, where its time
// goes.
#include <dlfcn.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "device/nrt.h"
#include "nrt_sim/make_neff.h"
#include "nrt_sim/nrt_sim.h"
#include "yolo/neuron.h"

namespace {

using Clock = std::chrono::steady_clock;

std::vector<uint8_t> ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "%s cannot be read\n", path.c_str());
    std::exit(1);
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

void Check(yolo_status status) {
  if (status == YOLO_OK) return;
  std::fprintf(stderr, "%s\n", yolo_last_error());
  std::exit(1);
}

double CpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) +
           1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Arguments {
  std::string libnrt;
  std::vector<uint8_t> cfg, neff;
  std::vector<std::vector<uint8_t>> photos;
  size_t batch = 512;
  int ms = 20;
};

// A detector on `cores` simulated cores.
yolo_detector* Create(const Arguments& arguments, int cores) {
  void* const library = dlopen(arguments.libnrt.c_str(), RTLD_NOW);
  if (!library || !yolo::Nrt::Shutdown().ok()) std::exit(1);
  reinterpret_cast<decltype(nrt_sim_reset)*>(dlsym(library, "nrt_sim_reset"))();
  const std::string config = "compute=replay;cores=" + std::to_string(cores) +
                             ";exec_us=" + std::to_string(arguments.ms * 1000);
  reinterpret_cast<decltype(nrt_sim_configure)*>(
      dlsym(library, "nrt_sim_configure"))(config.c_str());
  yolo_neuron_options neuron = YOLO_NEURON_OPTIONS_INIT;
  neuron.neff_data = arguments.neff.data();
  neuron.neff_size = arguments.neff.size();
  neuron.libnrt_path = arguments.libnrt.c_str();
  yolo_options options = YOLO_OPTIONS_INIT;
  options.model_data = arguments.cfg.data();
  options.model_size = arguments.cfg.size();
  options.neuron = &neuron;
  options.device = YOLO_DEVICE_NEURON;
  yolo_detector* detector = nullptr;
  Check(yolo_create(&options, &detector));
  return detector;
}

void MeasureBatch(const Arguments& arguments, int cores) {
  yolo_detector* const detector = Create(arguments, cores);
  std::vector<yolo_image> images(arguments.batch, YOLO_IMAGE_INIT);
  for (size_t i = 0; i < images.size(); ++i) {
    const auto& photo = arguments.photos[i % arguments.photos.size()];
    images[i].data = photo.data();
    images[i].size = photo.size();
  }
  std::vector<yolo_detection> boxes(100 * images.size());
  std::vector<yolo_result> results(images.size(), YOLO_RESULT_INIT);
  const auto run = [&] {
    Check(yolo_detect_batch(detector, images.data(), images.size(),
                            boxes.data(), 100, results.data()));
    for (const yolo_result& r : results) Check(r.status);
  };
  run();
  const double cpu = CpuSeconds();
  const auto start = Clock::now();
  run();
  const double time =
      std::chrono::duration<double>(Clock::now() - start).count();
  const auto count = static_cast<double>(images.size());
  const double possible = cores / (1e-3 * arguments.ms);
  std::printf("%5d cores  %8.1f images/s  %6.1f %%  %6.2f CPU ms an image\n",
              cores, count / time, 100 * count / time / possible,
              1e3 * (CpuSeconds() - cpu) / count);
  yolo_destroy(detector);
}

double Median(std::vector<double>* values) {
  std::sort(values->begin(), values->end());
  return (*values)[values->size() / 2];
}

// Nanoseconds inside libnrt, of all images so far.
uint64_t InLibnrt(const yolo_detector* detector) {
  yolo_core_stats stats = YOLO_CORE_STATS_INIT;
  Check(yolo_device_stats(detector, 0, &stats));
  return stats.ns_executing;
}

void MeasureOne(const Arguments& arguments) {
  yolo_detector* const detector = Create(arguments, 1);
  const auto& photo = arguments.photos[0];
  std::vector<double> transfers, rest;  // microseconds
  for (int i = 0; i < 60; ++i) {
    yolo_detection boxes[100];
    yolo_result result = YOLO_RESULT_INIT;
    const uint64_t before = InLibnrt(detector);
    const auto start = Clock::now();
    Check(yolo_detect(detector, YOLO_FORMAT_JPEG, photo.data(), photo.size(), 0,
                      0, 0, boxes, 100, &result));
    const auto ns = static_cast<uint64_t>(
        std::chrono::nanoseconds(Clock::now() - start).count());
    const uint64_t libnrt = InLibnrt(detector) - before;
    const uint64_t stages =
        result.ns_decode + result.ns_pack + result.ns_extract;
    if (i < 10) continue;
    transfers.push_back(1e-3 * static_cast<double>(libnrt) -
                        1e3 * arguments.ms);
    rest.push_back(1e-3 * static_cast<double>(ns - stages - libnrt));
  }
  std::printf(
      "one image, medians: %d ms in the simulated libnrt and %.0f us more for "
      "the transfers; beyond that and the stages on the host %.0f us\n",
      arguments.ms, Median(&transfers), Median(&rest));
  yolo_destroy(detector);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--batch" && i + 1 < argc) {
      arguments.batch = std::strtoul(argv[++i], nullptr, 10);
    } else if (name == "--ms" && i + 1 < argc) {
      arguments.ms = std::atoi(argv[++i]);
    } else {
      files.push_back(name);
    }
  }
  if (files.size() < 4 || arguments.batch == 0 || arguments.ms < 1) {
    std::fprintf(stderr,
                 "usage: %s LIBNRT CFG WEIGHTS PHOTO... [--batch N] [--ms N]\n",
                 argv[0]);
    return 2;
  }
  arguments.libnrt = files[0];
  arguments.cfg = ReadAll(files[1]);
  const std::string_view cfg(reinterpret_cast<char*>(arguments.cfg.data()),
                             arguments.cfg.size());
  arguments.neff = yolo::nrt_sim::MakeNeff(cfg, ReadAll(files[2]));
  for (size_t i = 3; i < files.size(); ++i) {
    arguments.photos.push_back(ReadAll(files[i]));
  }
  std::printf("SIMULATED cores of %d ms an image, batches of %zu\n",
              arguments.ms, arguments.batch);
  for (const int cores : {1, 2, 4, 16}) MeasureBatch(arguments, cores);
  MeasureOne(arguments);
  return 0;
}
