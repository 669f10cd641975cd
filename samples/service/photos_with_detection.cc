// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// POST /photos: JPEG in, JSON out.
#include "detection.h"
#include "http_service.h"

int main(int argc, char** argv) {
  CLI::App app("Takes photos over HTTP.");
  HttpOptions http;
  http.AddTo(&app);
  yolo::Options options;
  yolo::NeuronOptions neuron;
  std::string model, weights, labels, neff, libnrt;
  app.add_option("--model", model, "Darknet .cfg")->required();
  app.add_option("--weights", weights, "Darknet .weights")->required();
  app.add_option("--labels", labels, "Class names, one a line");
  app.add_option("--neff", neff, "Compiled network: use AWS Neuron");
  app.add_option("--libnrt", libnrt, "Neuron runtime, if not the system's");
  app.add_option("--lanes", options.num_lanes, "Images in flight at once");
  app.add_option("--threshold", options.score_threshold, "Least score");
  CLI11_PARSE(app, argc, argv);

  HttpService service;
  options.model_path = model.c_str();
  options.weights_path = weights.c_str();
  if (!labels.empty()) options.labels_path = labels.c_str();
  if (!libnrt.empty()) neuron.libnrt_path = libnrt.c_str();
  if (!neff.empty()) {
    neuron.neff_path = neff.c_str();
    options.device = YOLO_DEVICE_NEURON;
    options.neuron = &neuron;
  }
  const auto detector = yolo::Detector::Create(options);
  if (!detector) {
    std::fprintf(stderr, "%s\n", detector.message());
    return 1;
  }
  http.parallel = detector->Info().num_lanes;
  DetectionMetrics metrics(*detector, &service.metrics());
  service.Post("/photos", [&](const std::string& jpeg) {
    const auto found = detector->Detect(jpeg);
    metrics.Count(found);
    return found ? Boxes(*detector, *found) : Failure(found.error());
  });
  return service.Run(http);
}
