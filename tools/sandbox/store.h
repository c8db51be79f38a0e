// The trial server's memory: the newest version of every resource, no HTTP. A transaction is
// stored whole or not at all, and every reference must lead somewhere, as on a server with
// referential integrity. All functions may be called from several threads at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "tools/sandbox/resource.h"

namespace oncobridge::sandbox {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;

// FHIR R4 datatypes.html#instant, in UTC: 2024-05-01T10:00:00.000Z
std::string instant_text(Time time);

struct Stored {
  Resource resource;  // its text carries meta.versionId and meta.lastUpdated
  uint64_t version = 1;
  Time modified;
};

struct PutResult {
  std::shared_ptr<const Stored> stored;
  bool created = false;
  bool changed = false;  // false: the same content was there, no new version
};

// `system|value`; no system: any system; an empty value with a system: any value.
struct IdentifierQuery {
  std::optional<std::string> system;
  std::string value;
};

// Outer lists are AND, inner lists OR (R4 search.html#combining).
struct Search {
  const ResourceType* type = nullptr;
  std::vector<std::vector<std::string>> ids;
  std::vector<std::vector<IdentifierQuery>> identifiers;
  std::vector<std::vector<std::string>> patients;  // `Patient/id` or `id`
  std::vector<std::vector<std::string>> subjects;  // `Type/id` or `id`
  std::optional<std::size_t> count;
};

struct SearchResult {
  std::size_t total = 0;
  std::vector<std::shared_ptr<const Stored>> matches;  // by id; at most `count`
};

class Store {
 public:
  using Clock = std::function<Time()>;

  // Without a clock, the system's. max_bytes: of resource texts held.
  explicit Store(Clock clock = {}, std::size_t max_bytes = std::size_t{2} << 30);

  tl::expected<std::vector<PutResult>, Fault> transaction(std::string body);
  tl::expected<PutResult, Fault> put(std::string_view type, std::string_view id, std::string body);
  // nullptr: not there.
  std::shared_ptr<const Stored> read(std::string_view type, std::string_view id) const;
  SearchResult search(const Search& search) const;
  std::size_t size() const;
  Time now() const { return clock_(); }

 private:
  using Table = std::map<std::string, std::shared_ptr<const Stored>, std::less<>>;  // by Type/id

  tl::expected<std::vector<PutResult>, Fault> apply(std::vector<Resource> resources);
  std::optional<Fault> find_dangling(const std::vector<Resource>& resources) const;
  PutResult next_version(Resource resource, Time now) const;

  Clock clock_;
  std::size_t max_bytes_;
  mutable std::shared_mutex mutex_;
  Table table_;
  std::size_t bytes_ = 0;
};

}  // namespace oncobridge::sandbox
