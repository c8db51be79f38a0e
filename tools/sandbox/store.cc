#include "tools/sandbox/store.h"

#include <algorithm>
#include <cstdio>
#include <mutex>
#include <set>
#include <utility>

#include "oncobridge/fhir/json_compare.h"
#include "tools/sandbox/transaction.h"

namespace oncobridge::sandbox {
namespace {

bool same_content(const std::string& a, const std::string& b) {
  const auto left = JsonDocument::parse(a);
  const auto right = JsonDocument::parse(b);
  return left && right && canonical_resource(left->root()) == canonical_resource(right->root());
}

bool matches(const Identifier& identifier, const IdentifierQuery& query) {
  if (query.system && *query.system != identifier.system) return false;
  return query.value.empty() || query.value == identifier.value;
}

// `id` alone matches a reference to any type (R4 search.html#reference).
bool refers_to(const std::string& reference, const std::string& wanted) {
  const RelativeReference target = relative_reference(reference);
  if (target.type.empty()) return reference == wanted;
  const std::size_t slash = wanted.find('/');
  if (slash == std::string::npos) return target.id == wanted;
  return target.type == std::string_view(wanted).substr(0, slash) &&
         target.id == std::string_view(wanted).substr(slash + 1);
}

template <typename Alternatives, typename Match>
bool all_match(const std::vector<Alternatives>& conditions, const Match& match) {
  return std::all_of(conditions.begin(), conditions.end(), [&](const Alternatives& alternatives) {
    return std::any_of(alternatives.begin(), alternatives.end(), match);
  });
}

bool is_match(const Resource& resource, const Search& search) {
  const auto has_identifier = [&](const IdentifierQuery& query) {
    return std::any_of(resource.identifiers.begin(), resource.identifiers.end(),
                       [&](const Identifier& identifier) { return matches(identifier, query); });
  };
  const auto is_about = [](const std::vector<std::string>& references, const std::string& wanted) {
    return std::any_of(references.begin(), references.end(),
                       [&](const std::string& reference) { return refers_to(reference, wanted); });
  };
  // The search parameter `patient` selects the references that lead to a Patient.
  const auto is_about_patient = [&](const std::string& wanted) {
    const bool typed = wanted.find('/') != std::string::npos;
    return is_about(resource.patients, typed ? wanted : "Patient/" + wanted);
  };
  return all_match(search.ids, [&](const std::string& id) { return id == resource.id; }) &&
         all_match(search.identifiers, has_identifier) &&
         all_match(search.patients, is_about_patient) &&
         all_match(search.subjects,
                   [&](const std::string& wanted) { return is_about(resource.subjects, wanted); });
}

}  // namespace

std::string instant_text(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  char text[80];
  std::snprintf(
      text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text;
}

Store::Store(Clock clock, std::size_t max_bytes) : clock_(std::move(clock)), max_bytes_(max_bytes) {
  if (!clock_) {
    clock_ = [] {
      return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    };
  }
}

tl::expected<std::vector<PutResult>, Fault> Store::transaction(std::string body) {
  auto resources = read_transaction(std::move(body));
  if (!resources) return tl::unexpected(resources.error());
  return apply(std::move(*resources));
}

tl::expected<PutResult, Fault> Store::put(std::string_view type, std::string_view id,
                                          std::string body) {
  const auto document = JsonDocument::parse(std::move(body));
  if (!document) {
    return tl::unexpected(
        Fault{Fault::Kind::kInvalid, "structure", "not JSON: " + document.error().describe(), ""});
  }
  auto resource = read_resource(document->root(), type, id, std::string(type));
  if (!resource) return tl::unexpected(resource.error());
  std::vector<Resource> one;
  one.push_back(std::move(*resource));
  auto results = apply(std::move(one));
  if (!results) return tl::unexpected(results.error());
  return std::move(results->front());
}

std::shared_ptr<const Stored> Store::read(std::string_view type, std::string_view id) const {
  const std::shared_lock lock(mutex_);
  const auto found = table_.find(std::string(type) + '/' + std::string(id));
  return found == table_.end() ? nullptr : found->second;
}

SearchResult Store::search(const Search& search) const {
  SearchResult result;
  const std::string prefix = std::string(search.type->name) + '/';
  const std::shared_lock lock(mutex_);
  for (auto it = table_.lower_bound(prefix); it != table_.end() && it->first.starts_with(prefix);
       ++it) {
    if (!is_match(it->second->resource, search)) continue;
    ++result.total;
    if (!search.count || result.matches.size() < *search.count) {
      result.matches.push_back(it->second);
    }
  }
  return result;
}

std::size_t Store::size() const {
  const std::shared_lock lock(mutex_);
  return table_.size();
}

// Everything that can fail is done before the table is touched; what touches it does not throw.
tl::expected<std::vector<PutResult>, Fault> Store::apply(std::vector<Resource> resources) {
  const std::unique_lock lock(mutex_);
  if (auto dangling = find_dangling(resources)) return tl::unexpected(std::move(*dangling));

  const Time now = clock_();
  std::vector<PutResult> results;
  Table created;
  std::vector<std::pair<Table::iterator, std::shared_ptr<const Stored>>> updated;
  std::size_t bytes = bytes_;
  for (Resource& resource : resources) {
    const std::string key = resource.key();
    const PutResult& result = results.emplace_back(next_version(std::move(resource), now));
    if (!result.changed) continue;
    bytes += result.stored->resource.text.size();
    if (result.created) {
      created.emplace(key, result.stored);
    } else {
      const auto old = table_.find(key);
      bytes -= old->second->resource.text.size();
      updated.emplace_back(old, result.stored);
    }
  }
  if (bytes > max_bytes_) {
    return tl::unexpected(
        Fault{Fault::Kind::kFull, "no-store", "the trial server's memory is full", ""});
  }
  for (auto& [place, stored] : updated) place->second = std::move(stored);
  table_.merge(created);
  bytes_ = bytes;
  return results;
}

std::optional<Fault> Store::find_dangling(const std::vector<Resource>& resources) const {
  std::set<std::string, std::less<>> together;
  for (const Resource& resource : resources) together.insert(resource.key());
  for (const Resource& resource : resources) {
    for (const ReferenceUse& use : resource.references) {
      const RelativeReference target = relative_reference(use.target);
      if (target.type.empty()) {
        return Fault{Fault::Kind::kInvalid, "value",
                     "a reference here is Type/id, a contained #id, or the fullUrl of an entry of "
                     "the same transaction",
                     use.expression};
      }
      const std::string key = std::string(target.type) + '/' + std::string(target.id);
      if (!together.contains(key) && !table_.contains(key)) {
        return Fault{Fault::Kind::kInvalid, "not-found",
                     "the reference leads nowhere: " + key + " is not on this server",
                     use.expression};
      }
    }
  }
  return std::nullopt;
}

PutResult Store::next_version(Resource resource, Time now) const {
  const auto found = table_.find(resource.key());
  const bool created = found == table_.end();
  if (!created && same_content(found->second->resource.text, resource.text)) {
    return {found->second, false, false};
  }
  auto stored = std::make_shared<Stored>();
  stored->version = created ? 1 : found->second->version + 1;
  stored->modified = now;
  stored->resource = std::move(resource);
  stored->resource.references = {};
  stored->resource.text =
      with_server_meta(stored->resource.text, stored->version, instant_text(now));
  return {std::move(stored), created, true};
}

}  // namespace oncobridge::sandbox
