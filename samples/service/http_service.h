// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The service before detection was added: POST handlers behind a bounded queue,
// /healthz, /metrics, a log, and an end that loses no request.
#ifndef SAMPLES_SERVICE_HTTP_SERVICE_H_
#define SAMPLES_SERVICE_HTTP_SERVICE_H_

#include <httplib.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <functional>
#include <future>
#include <nlohmann/json.hpp>
#include <string>

#include "http_metrics.h"

struct HttpOptions {
  std::string host = "127.0.0.1";
  int port = 8080;            // 0: any that is free
  size_t connections = 256;   // served at once; more wait in the kernel
  size_t parallel = 1;        // handlers that can make progress at once
  size_t queue = 64;          // requests that may wait for these
  size_t max_body = 8 << 20;  // bytes
  int upload_seconds = 10;    // for a request's body
  int keep_alive_seconds = 5;
  int lame_duck_seconds = 0;  // between SIGTERM and the end of accepting
  int drain_seconds = 30;     // between that and giving up

  void AddTo(CLI::App* app);
};

// What a handler answers.
struct Answer {
  int status = 200;
  nlohmann::ordered_json body;
};

class HttpService {
 public:
  // Gets the request's body. Called from many threads at once.
  using Handler = std::function<Answer(const std::string& body)>;

  // Blocks SIGTERM and SIGINT for this thread and those that it will make, so
  // make the service before anything that has threads.
  HttpService();

  void Post(const std::string& path, Handler handler);

  // The metrics of the process; add to them before Run().
  Metrics& metrics() { return metrics_; }

  // Serves until SIGTERM or SIGINT, then answers what was accepted. Returns the
  // exit status: 0 when nothing was left unanswered.
  int Run(const HttpOptions& options);

 private:
  class Connections;

  void HandlePost(const Handler& handler, const httplib::Request& request,
                  const httplib::ContentReader& read,
                  httplib::Response* response);
  bool ReadBody(const httplib::Request& request,
                const httplib::ContentReader& read, std::string* body,
                httplib::Response* response) const;
  bool TakePlace();
  void Configure();
  void AddRoutes();
  void AddHooks();
  void AddMetrics();
  bool Bind(int* port);
  int Drain(std::future<bool>* accepting);
  void RefuseConnections() const;
  void Log(const httplib::Request& request, const httplib::Response& response);

  HttpOptions options_;
  httplib::Server server_;
  Metrics metrics_;
  int listener_ = -1;                  // socket, owned by server_
  std::atomic<bool> draining_{false};  // SIGTERM has come
  std::atomic<bool> refusing_{false};  // no connection is let in any more
  std::atomic<size_t> in_flight_{0};   // handlers running or waiting
  std::atomic<uint64_t> answered_{0};
};

#endif  // SAMPLES_SERVICE_HTTP_SERVICE_H_
