// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Schema yolo-bench/1, documented in docs/measuring.md.
#include <fstream>

#include "bench/run.h"
#include "error.h"

namespace cli::bench {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json OrNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

template <class T>
std::optional<T> Optional(const Json& json, const char* key) {
  const Json& value = json.at(key);
  return value.is_null() ? std::nullopt : std::optional<T>(value.get<T>());
}

Json LatencyJson(const Latency& l) {
  return {{"count", l.count}, {"mean", l.mean}, {"min", l.min},
          {"p50", l.p50},     {"p90", l.p90},   {"p99", l.p99},
          {"p99_9", l.p99_9}, {"max", l.max},   {"curve", l.curve}};
}

Latency ReadLatency(const Json& json) {
  Latency l;
  json.at("count").get_to(l.count);
  json.at("mean").get_to(l.mean);
  json.at("min").get_to(l.min);
  json.at("p50").get_to(l.p50);
  json.at("p90").get_to(l.p90);
  json.at("p99").get_to(l.p99);
  json.at("p99_9").get_to(l.p99_9);
  json.at("max").get_to(l.max);
  json.at("curve").get_to(l.curve);
  return l;
}

Json WindowJson(const Window& w) {
  return {{"complete", w.complete},
          {"start_s", w.start_s},
          {"seconds", w.seconds},
          {"images", w.images},
          {"failed_images", w.failed_images},
          {"fps", w.fps},
          {"call_ms",
           {{"p50", w.p50}, {"p90", w.p90}, {"p99", w.p99}, {"max", w.max}}},
          {"cpus", w.cpus},
          {"rss_bytes", w.rss_bytes}};
}

Window ReadWindow(const Json& json) {
  Window w;
  json.at("complete").get_to(w.complete);
  json.at("start_s").get_to(w.start_s);
  json.at("seconds").get_to(w.seconds);
  json.at("images").get_to(w.images);
  json.at("failed_images").get_to(w.failed_images);
  json.at("fps").get_to(w.fps);
  const Json& call = json.at("call_ms");
  call.at("p50").get_to(w.p50);
  call.at("p90").get_to(w.p90);
  call.at("p99").get_to(w.p99);
  call.at("max").get_to(w.max);
  json.at("cpus").get_to(w.cpus);
  json.at("rss_bytes").get_to(w.rss_bytes);
  return w;
}

Json LoadJson(const Run& run) {
  const LoadOptions& l = run.load;
  return {{"mode", l.rate > 0 ? "open" : "closed"},
          {"callers", l.callers},
          {"batch", l.batch},
          {"seconds", l.seconds},
          {"window_s", l.window},
          {"rate", l.rate > 0 ? Json(l.rate) : Json()},
          {"seed", l.rate > 0 ? Json(l.seed) : Json()},
          {"files", l.files},
          {"file_bytes", run.file_bytes}};
}

void ReadLoad(const Json& json, Run* run) {
  LoadOptions& l = run->load;
  json.at("callers").get_to(l.callers);
  json.at("batch").get_to(l.batch);
  json.at("seconds").get_to(l.seconds);
  json.at("window_s").get_to(l.window);
  l.rate = Optional<double>(json, "rate").value_or(0);
  l.seed = Optional<uint64_t>(json, "seed").value_or(0);
  json.at("files").get_to(l.files);
  json.at("file_bytes").get_to(run->file_bytes);
}

void ReadResults(const Json& json, Run* run) {
  json.at("interrupted").get_to(run->interrupted);
  json.at("wall_s").get_to(run->wall_s);
  json.at("images").get_to(run->images);
  json.at("failed_images").get_to(run->failed_images);
  json.at("unserved_images").get_to(run->unserved_images);
  for (const Json& f : json.at("failed")) {
    run->failed.push_back(
        {f.at("image").get<std::string>(), f.at("status").get<std::string>(),
         f.at("message").get<std::string>(), f.at("times").get<uint64_t>()});
  }
  const Json& fps = json.at("fps");
  fps.at("mean").get_to(run->fps.mean);
  fps.at("min_window").get_to(run->fps.min_window);
  fps.at("max_window").get_to(run->fps.max_window);
  run->fps.drift_percent = Optional<double>(fps, "drift_percent");
  run->call = ReadLatency(json.at("latency_ms").at("call"));
  run->image = ReadLatency(json.at("latency_ms").at("image"));
  for (const auto& [name, ms] : json.at("stages_ms").items()) {
    run->stages.emplace_back(name, ms.get<double>());
  }
  for (const Json& w : json.at("windows")) {
    run->windows.push_back(ReadWindow(w));
  }
}

void ReadCosts(const Json& json, Run* run) {
  const Json& cpu = json.at("cpu");
  cpu.at("user_s").get_to(run->user_s);
  cpu.at("system_s").get_to(run->system_s);
  cpu.at("cpus").get_to(run->cpus);
  const Json& rss = json.at("rss_bytes");
  rss.at("start").get_to(run->rss.start);
  rss.at("end").get_to(run->rss.end);
  run->rss.minute = Optional<uint64_t>(rss, "minute");
  run->rss.growth_percent = Optional<double>(rss, "growth_percent");
  run->allocations = Optional<uint64_t>(json, "allocations");
  run->allocations_before = Optional<uint64_t>(json, "allocations_before");
  run->price_per_hour = Optional<double>(json, "price_per_hour");
  run->cost_per_million = Optional<double>(json, "cost_per_million");
}

Run FromJson(const Json& json) {
  Run run;
  json.at("name").get_to(run.name);
  json.at("tool").get_to(run.tool);
  json.at("build").get_to(run.build);
  json.at("date").get_to(run.date);
  const Json& model = json.at("model");
  model.at("file").get_to(run.model);
  model.at("network_width").get_to(run.network_width);
  model.at("network_height").get_to(run.network_height);
  const Json& host = json.at("host");
  host.at("cpu").get_to(run.host.cpu);
  host.at("cpus").get_to(run.host.cpus);
  host.at("memory_bytes").get_to(run.host.memory_bytes);
  host.at("system").get_to(run.host.system);
  for (const auto& [key, value] : json.at("settings").items()) {
    run.settings.emplace_back(
        key, value.is_string() ? value.get<std::string>() : value.dump());
  }
  ReadLoad(json.at("load"), &run);
  ReadResults(json, &run);
  ReadCosts(json, &run);
  return run;
}

Json FailedJson(const Run& run) {
  Json list = Json::array();
  for (const FailedImage& f : run.failed) {
    list.push_back({{"image", f.image},
                    {"status", f.status},
                    {"message", f.message},
                    {"times", f.times}});
  }
  return list;
}

}  // namespace

Json ToJson(const Run& run) {
  Json json = {{"schema", kSchema},
               {"name", run.name},
               {"tool", run.tool},
               {"build", run.build},
               {"date", run.date},
               {"model",
                {{"file", run.model},
                 {"network_width", run.network_width},
                 {"network_height", run.network_height}}},
               {"host",
                {{"cpu", run.host.cpu},
                 {"cpus", run.host.cpus},
                 {"memory_bytes", run.host.memory_bytes},
                 {"system", run.host.system}}},
               {"settings", Json::object()}};
  for (const auto& [key, value] : run.settings) json["settings"][key] = value;
  json["load"] = LoadJson(run);
  json["interrupted"] = run.interrupted;
  json["wall_s"] = run.wall_s;
  json["images"] = run.images;
  json["failed_images"] = run.failed_images;
  json["unserved_images"] = run.unserved_images;
  json["failed"] = FailedJson(run);
  json["fps"] = {{"mean", run.fps.mean},
                 {"min_window", run.fps.min_window},
                 {"max_window", run.fps.max_window},
                 {"drift_percent", OrNull(run.fps.drift_percent)}};
  json["latency_ms"] = {{"call", LatencyJson(run.call)},
                        {"image", LatencyJson(run.image)}};
  json["stages_ms"] = Json::object();
  for (const auto& [name, ms] : run.stages) json["stages_ms"][name] = ms;
  json["cpu"] = {
      {"user_s", run.user_s}, {"system_s", run.system_s}, {"cpus", run.cpus}};
  json["rss_bytes"] = {{"start", run.rss.start},
                       {"minute", OrNull(run.rss.minute)},
                       {"end", run.rss.end},
                       {"growth_percent", OrNull(run.rss.growth_percent)}};
  json["allocations"] = OrNull(run.allocations);
  json["allocations_before"] = OrNull(run.allocations_before);
  json["price_per_hour"] = OrNull(run.price_per_hour);
  json["cost_per_million"] = OrNull(run.cost_per_million);
  json["windows"] = Json::array();
  for (const Window& w : run.windows) json["windows"].push_back(WindowJson(w));
  return json;
}

Run ReadRun(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw Error(kUsage, path + ": cannot be read");
  try {
    const Json json = Json::parse(file);
    const std::string schema = json.at("schema").get<std::string>();
    if (schema != kSchema) {
      throw Error(kUsage, path + ": schema is " + schema + ", not " + kSchema);
    }
    return FromJson(json);
  } catch (const Json::exception& error) {
    throw Error(kUsage, path + ": not a run of yolo bench: " +
                            std::string(error.what()));
  }
}

}  // namespace cli::bench
