#include "tools/sandbox/transaction.h"

#include <map>
#include <set>
#include <utility>

namespace oncobridge::sandbox {
namespace {

// Guards that would be void if they were passed over, so they are refused.
constexpr std::string_view kConditions[] = {"ifMatch", "ifNoneMatch", "ifModifiedSince",
                                            "ifNoneExist"};

tl::unexpected<Fault> fault(Fault::Kind kind, std::string_view code, std::string text,
                            std::string expression) {
  return tl::unexpected(Fault{kind, code, std::move(text), std::move(expression)});
}

tl::unexpected<Fault> invalid(std::string text, std::string expression) {
  return fault(Fault::Kind::kInvalid, "invalid", std::move(text), std::move(expression));
}

tl::unexpected<Fault> unsupported(std::string text, std::string expression) {
  return fault(Fault::Kind::kNotSupported, "not-supported", std::move(text), std::move(expression));
}

tl::expected<Resource, Fault> read_entry(JsonValue entry, const std::string& place) {
  if (!entry.is_object()) return invalid("expected an entry, a JSON object", place);
  const JsonValue request = entry.find("request");
  if (!request.is_object()) return invalid("a transaction entry needs a request", place);
  if (request.text("method") != "PUT") {
    return unsupported("this trial server takes PUT entries only", place + ".request.method");
  }
  for (const std::string_view condition : kConditions) {
    if (request.find(condition)) {
      return unsupported("conditions are not supported by this trial server",
                         place + ".request." + std::string(condition));
    }
  }
  const std::string url = request.text("url");
  const std::size_t slash = url.find('/');
  if (slash == std::string::npos || url.find('?') != std::string::npos) {
    return unsupported("this trial server takes a url of the form Type/id only",
                       place + ".request.url");
  }
  const std::string type = url.substr(0, slash);
  if (!find_resource_type(type)) {
    return invalid("the url does not begin with a resource type of FHIR R4",
                   place + ".request.url");
  }
  if (!is_resource_id(url.substr(slash + 1))) {
    return invalid("an id has 1 to 64 of the characters A-Z a-z 0-9 - .", place + ".request.url");
  }
  return read_resource(entry.find("resource"), type, url.substr(slash + 1), place + ".resource");
}

using FullUrls = std::map<std::string, std::string, std::less<>>;

// Replaces what refers to an entry's fullUrl; refuses urn references that no entry answers.
tl::expected<Resource, Fault> resolve(Resource resource, const FullUrls& full_urls,
                                      const std::string& place) {
  bool replaced = false;
  for (const ReferenceUse& use : resource.references) {
    if (full_urls.contains(use.target)) {
      replaced = true;
    } else if (use.target.starts_with("urn:")) {
      return invalid("no entry has this fullUrl", use.expression);
    }
  }
  if (!replaced) return resource;
  std::string text = replace_references(resource, [&](const ReferenceUse& use) {
    const auto found = full_urls.find(use.target);
    return found == full_urls.end() ? std::string() : found->second;
  });
  const auto document = JsonDocument::parse(std::move(text));
  if (!document) return invalid(document.error().describe(), place);
  return read_resource(document->root(), resource.type->name, resource.id, place);
}

}  // namespace

RelativeReference relative_reference(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {};
  const std::string_view type = text.substr(0, slash);
  std::string_view id = text.substr(slash + 1);
  const std::size_t next = id.find('/');
  if (next != std::string_view::npos) {
    static constexpr std::string_view kHistory = "/_history/";
    if (!id.substr(next).starts_with(kHistory)) return {};
    if (!is_resource_id(id.substr(next + kHistory.size()))) return {};
    id = id.substr(0, next);
  }
  if (!find_resource_type(type) || !is_resource_id(id)) return {};
  return {type, id};
}

tl::expected<std::vector<Resource>, Fault> read_transaction(std::string body) {
  const auto document = JsonDocument::parse(std::move(body));
  if (!document) {
    return fault(Fault::Kind::kInvalid, "structure", "not JSON: " + document.error().describe(),
                 "");
  }
  const JsonValue bundle = document->root();
  if (bundle.text("resourceType") != "Bundle") {
    return invalid("expected a Bundle; a single resource goes to PUT Type/id", "");
  }
  if (bundle.text("type") != "transaction") {
    return unsupported("this trial server takes bundles of type transaction only", "Bundle.type");
  }
  const JsonValue entries = bundle.find("entry");
  if (entries && !entries.is_array()) return invalid("entry must be an array", "Bundle.entry");

  std::vector<Resource> resources;
  FullUrls full_urls;
  std::set<std::string> keys;
  for (JsonValue entry = entries.first(); entry; entry = entry.next()) {
    const std::string place = "Bundle.entry[" + std::to_string(resources.size()) + "]";
    auto resource = read_entry(entry, place);
    if (!resource) return tl::unexpected(resource.error());
    if (!keys.insert(resource->key()).second) {
      return fault(Fault::Kind::kInvalid, "duplicate",
                   resource->key() + " occurs twice in the transaction", place);
    }
    const std::string full_url = entry.text("fullUrl");
    if (!full_url.empty() && !full_urls.emplace(full_url, resource->key()).second) {
      return fault(Fault::Kind::kInvalid, "duplicate", "two entries have the same fullUrl",
                   place + ".fullUrl");
    }
    resources.push_back(std::move(*resource));
  }
  for (std::size_t i = 0; i < resources.size(); ++i) {
    auto resolved = resolve(std::move(resources[i]), full_urls,
                            "Bundle.entry[" + std::to_string(i) + "].resource");
    if (!resolved) return tl::unexpected(resolved.error());
    resources[i] = std::move(*resolved);
  }
  return resources;
}

}  // namespace oncobridge::sandbox
