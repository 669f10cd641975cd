// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// POST /photos: JPEG in, JSON out.
#include "http_service.h"

int main(int argc, char** argv) {
  CLI::App app("Takes photos over HTTP.");
  HttpOptions http;
  http.AddTo(&app);
  CLI11_PARSE(app, argc, argv);

  HttpService service;
  service.Post("/photos", [&](const std::string& jpeg) {
    return Answer{200, {{"bytes", jpeg.size()}}};
  });
  return service.Run(http);
}
