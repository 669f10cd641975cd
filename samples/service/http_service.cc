// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// cpp-httplib gives each connection a thread. Its stop() drops connections that
// were accepted but not yet looked at, so it is called only when none is open.
#include "http_service.h"

#include <linux/filter.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <future>
#include <iterator>
#include <memory>
#include <random>
#include <semaphore>
#include <thread>

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

namespace {

constexpr size_t kMaxConnections = 10000;  // threads
constexpr int kBacklog = 1024;             // connections not accepted yet

// The request that this thread answers.
struct Current {
  Clock::time_point start;
  std::string id;
  std::string message = "";  // why it failed
  bool handled = false;      // a handler of the service's own got it
};
thread_local Current current;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string OneLine(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void PrintLog(const Json& entry) {
  char time[32];
  const std::time_t now = std::time(nullptr);
  std::tm utc;
  std::strftime(time, sizeof time, "%FT%TZ", gmtime_r(&now, &utc));
  Json line = {{"time", time}};
  line.update(entry);
  const std::string text = OneLine(line) + "\n";
  std::fwrite(text.data(), 1, text.size(), stderr);
}

// The client's own id where it is fit for a log, else a new one.
std::string RequestId(const httplib::Request& request) {
  constexpr size_t kLongest = 64;
  const std::string id = request.get_header_value("X-Request-Id");
  const bool fit = !id.empty() && id.size() <= kLongest &&
                   id.find_first_not_of(
                       "0123456789abcdefghijklmnopqrstuvwxyz"
                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ._-") == std::string::npos;
  if (fit) return id;
  thread_local std::mt19937_64 random{std::random_device()()};
  char text[17];
  std::snprintf(text, sizeof text, "%016llx",
                static_cast<unsigned long long>(random()));
  return text;
}

void Reply(const Answer& answer, httplib::Response* response) {
  response->status = answer.status;
  response->set_content(OneLine(answer.body), "application/json");
}

void Refuse(int status, const char* error, const std::string& message,
            httplib::Response* response) {
  current.message = message;
  Reply({status, {{"error", error}, {"message", message}}}, response);
}

// For bodies nobody wants: what is left unread would be taken for a request.
void Discard(const httplib::Request& request,
             const httplib::ContentReader& read) {
  const auto drop = [](const char*, size_t) { return true; };
  if (!request.is_multipart_form_data()) {
    read(drop);
  } else {
    read([](const httplib::MultipartFormData&) { return true; }, drop);
  }
}

}  // namespace

// One thread for each connection, a fixed number of them.
class HttpService::Connections : public httplib::TaskQueue {
 public:
  explicit Connections(HttpService* service)
      : service_(service),
        most_(service->options_.connections),
        pool_(most_),
        free_(static_cast<std::ptrdiff_t>(most_)) {}

  // Called by the accepting thread: while all threads are taken, it waits.
  void enqueue(std::function<void()> serve) override {
    free_.acquire();
    ++open_;
    pool_.enqueue([this, serve = std::move(serve)] {
      serve();
      --open_;
      free_.release();
    });
  }

  // Called by the accepting thread when nobody has connected for a while.
  void on_idle() override {
    if (service_->refusing_ && open_ == 0) service_->server_.stop();
  }

  void shutdown() override { pool_.shutdown(); }

 private:
  HttpService* const service_;
  const size_t most_;
  std::atomic<size_t> open_{0};
  httplib::ThreadPool pool_;
  std::counting_semaphore<kMaxConnections> free_;
};

void HttpOptions::AddTo(CLI::App* app) {
  app->add_option("--host", host, "Address to listen on")
      ->capture_default_str();
  app->add_option("--port", port, "TCP port; 0: any that is free")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  app->add_option("--connections", connections, "Connections served at once")
      ->check(CLI::Range(size_t{1}, kMaxConnections))
      ->capture_default_str();
  app->add_option("--queue", queue, "Requests that may wait; more get 503")
      ->capture_default_str();
  app->add_option("--max-body", max_body, "Bytes; longer bodies get 413")
      ->capture_default_str();
  app->add_option("--upload-seconds", upload_seconds, "Time for a body")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app->add_option("--keep-alive-seconds", keep_alive_seconds,
                  "After which an idle connection is closed")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app->add_option("--lame-duck-seconds", lame_duck_seconds,
                  "After SIGTERM: /healthz says 503, all else goes on")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app->add_option("--drain-seconds", drain_seconds,
                  "Then: most time for the requests that were accepted")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

HttpService::HttpService() {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
}

void HttpService::Post(const std::string& path, Handler handler) {
  server_.Post(path,
               [this, handler = std::move(handler)](
                   const httplib::Request& request, httplib::Response& response,
                   const httplib::ContentReader& read) {
                 HandlePost(handler, request, read, &response);
               });
}

// False when the request was answered instead.
bool HttpService::ReadBody(const httplib::Request& request,
                           const httplib::ContentReader& read,
                           std::string* body,
                           httplib::Response* response) const {
  if (request.is_multipart_form_data()) {
    Discard(request, read);
    Refuse(415, "form", "send the file as the body (curl --data-binary @FILE)",
           response);
    return false;
  }
  bool too_long = false;
  bool late = false;
  const bool complete = read([&](const char* data, size_t size) {
    too_long = too_long || body->size() + size > options_.max_body;
    if (!too_long) body->append(data, size);
    late = SecondsSince(current.start) > options_.upload_seconds;
    return !late;
  });
  if (complete && !too_long) return true;
  // Where a body ends is not known any more.
  if (!complete && response->status != 413) {
    response->set_header("Connection", "close");
  }
  if (too_long || response->status == 413) {
    Refuse(413, "too_long",
           "more than " + std::to_string(options_.max_body) + " bytes",
           response);
  } else {
    Refuse(late ? 408 : 400, "incomplete", "the body did not arrive", response);
  }
  return false;
}

void HttpService::HandlePost(const Handler& handler,
                             const httplib::Request& request,
                             const httplib::ContentReader& read,
                             httplib::Response* response) {
  current.handled = true;
  std::string body;
  if (!ReadBody(request, read, &body, response)) return;
  if (TakePlace()) {
    try {
      const Answer answer = handler(body);
      current.message = answer.body.value("message", "");
      Reply(answer, response);
    } catch (const std::exception& e) {
      Refuse(500, "internal", e.what(), response);
    }
    --in_flight_;
  } else {
    response->set_header("Retry-After", "1");
    Refuse(503, "overloaded", "the queue is full", response);
  }
}

// A place among those that run or wait; false when all are taken.
bool HttpService::TakePlace() {
  size_t taken = in_flight_;
  while (taken < options_.parallel + options_.queue) {
    if (in_flight_.compare_exchange_weak(taken, taken + 1)) return true;
  }
  return false;
}

void HttpService::Configure() {
  server_.set_payload_max_length(options_.max_body);
  server_.set_keep_alive_timeout(options_.keep_alive_seconds);
  server_.set_keep_alive_max_count(1000000);  // default: 5 requests
  server_.set_tcp_nodelay(true);
  server_.set_idle_interval(0, 200000);  // us between looks at draining_
  server_.new_task_queue = [this] { return new Connections(this); };
  // The only place that tells the socket. SO_REUSEPORT, the default, would let
  // a second process take half of the requests by mistake.
  server_.set_socket_options([this](int socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    listener_ = socket;
  });
}

void HttpService::AddRoutes() {
  server_.Get("/healthz", [this](const auto&, httplib::Response& response) {
    if (draining_) return Refuse(503, "draining", "going away", &response);
    Reply({200, {{"status", "ok"}}}, &response);
  });
  server_.Get("/metrics", [this](const auto&, httplib::Response& response) {
    response.set_content(metrics_.Text(), "text/plain; version=0.0.4");
  });
  const auto nothing = [](const httplib::Request& request,
                          httplib::Response& response,
                          const httplib::ContentReader& read) {
    Discard(request, read);
    response.status = 404;
  };
  server_.Post(".*", nothing).Put(".*", nothing);
  server_.Patch(".*", nothing).Delete(".*", nothing);
}

void HttpService::AddHooks() {
  server_.set_pre_routing_handler([](const auto& request, auto& response) {
    current = {Clock::now(), RequestId(request)};
    response.set_header("X-Request-Id", current.id);
    return httplib::Server::HandlerResponse::Unhandled;
  });
  server_.set_error_handler([](const httplib::Request&, auto& response) {
    if (!response.body.empty()) return;
    Refuse(response.status, "http",
           response.status == 404 ? "no such resource" : "not understood",
           &response);
  });
  server_.set_post_routing_handler([this](const auto&, auto& response) {
    if (!draining_) return;
    response.headers.erase("Keep-Alive");
    response.headers.erase("Connection");
    response.set_header("Connection", "close");
  });
  server_.set_logger([this](const auto& request, const auto& response) {
    Log(request, response);
  });
}

void HttpService::AddMetrics() {
  metrics_.AddCollector([this](auto* out) {
    const size_t now = in_flight_;
    const size_t waiting =
        now > options_.parallel ? now - options_.parallel : 0;
    const auto add = [&](const char* name, const char* help, size_t value) {
      out->push_back(OneGauge(name, help, static_cast<double>(value)));
    };
    add("http_requests_in_flight", "Requests being handled.", now);
    add("http_queue_depth", "Of these: waiting for their turn.", waiting);
    add("http_queue_capacity", "Most that may wait.", options_.queue);
    add("http_draining", "1 after SIGTERM.", draining_ ? 1 : 0);
  });
}

bool HttpService::Bind(int* port) {
  *port = options_.port;
  if (*port == 0) {
    *port = server_.bind_to_any_port(options_.host);
    if (*port < 0) return false;
  } else if (!server_.bind_to_port(options_.host, *port)) {
    return false;
  }
  // cpp-httplib lets five connections wait; more clients would have to try
  // again after a second.
  return listen(listener_, kBacklog) == 0;
}

int HttpService::Run(const HttpOptions& options) {
  options_ = options;
  Configure();
  AddRoutes();
  AddHooks();
  AddMetrics();
  int port = 0;
  if (!Bind(&port)) {
    PrintLog({{"event", "failed"},
              {"message", "cannot listen on " + options_.host + ":" +
                              std::to_string(options_.port)}});
    return 1;
  }
  PrintLog({{"event", "listening"}, {"host", options_.host}, {"port", port}});
  std::future<bool> accepting = std::async(std::launch::async, [this] {
    const bool stopped = server_.listen_after_bind();
    if (!draining_) kill(getpid(), SIGTERM);
    return stopped;
  });
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  int signal = 0;
  sigwait(&ends, &signal);
  return Drain(&accepting);
}

int HttpService::Drain(std::future<bool>* accepting) {
  draining_ = true;
  PrintLog({{"event", "draining"}});
  std::this_thread::sleep_for(std::chrono::seconds(options_.lame_duck_seconds));
  RefuseConnections();
  refusing_ = true;
  const std::chrono::seconds most(options_.drain_seconds);
  if (accepting->wait_for(most) != std::future_status::ready) {
    PrintLog({{"event", "gave up"}, {"unanswered", in_flight_.load()}});
    _exit(1);  // threads that wait for clients cannot be joined
  }
  PrintLog({{"event", "drained"}, {"answered", answered_.load()}});
  return accepting->get() ? 0 : 1;
}

// Closing a listening socket resets the connections that wait to be accepted,
// although their clients may have sent requests. So first no new ones are let
// in: a filter drops packets that have SYN set. Who tries to connect now is
// told so when it tries again, after the socket was closed.
void HttpService::RefuseConnections() const {
  constexpr uint32_t kFlags = 13;  // byte of a TCP header
  constexpr uint32_t kSyn = 0x02;
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kFlags),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, kSyn, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
  };
  const sock_fprog program = {std::size(code), code};
  if (setsockopt(listener_, SOL_SOCKET, SO_ATTACH_FILTER, &program,
                 sizeof program) != 0) {
    PrintLog({{"event", "warning"},
              {"message", "new connections are accepted until none comes"}});
  }
}

void HttpService::Log(const httplib::Request& request,
                      const httplib::Response& response) {
  // A request that could not be parsed never got an id.
  if (current.id.empty()) current = {Clock::now(), RequestId(request)};
  const double seconds = SecondsSince(current.start);
  metrics_.CountRequest(response.status);
  if (current.handled) metrics_.CountHandled(seconds);
  ++answered_;
  Json line = {
      {"id", current.id},          {"client", request.remote_addr},
      {"method", request.method},  {"path", request.path},
      {"status", response.status}, {"ms", std::round(seconds * 1e6) / 1e3}};
  if (!current.message.empty()) line["message"] = current.message;
  PrintLog(line);
  current = {};
}
