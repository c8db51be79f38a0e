#include "tools/sandbox/resource.h"

#include <algorithm>
#include <set>

namespace oncobridge::sandbox {
namespace {

tl::unexpected<Fault> invalid(std::string text, std::string expression) {
  return tl::unexpected(
      Fault{Fault::Kind::kInvalid, "invalid", std::move(text), std::move(expression)});
}

// Calls visit(value) for every value at a dotted path, through arrays.
template <typename Visit>
void at_path(JsonValue value, std::string_view path, const Visit& visit) {
  if (value.is_array()) {
    for (JsonValue item = value.first(); item; item = item.next()) at_path(item, path, visit);
    return;
  }
  if (path.empty()) {
    if (value) visit(value);
    return;
  }
  const std::size_t dot = path.find('.');
  const std::string_view rest = dot == std::string_view::npos ? "" : path.substr(dot + 1);
  at_path(value.find(path.substr(0, dot)), rest, visit);
}

template <typename Visit>
void at_paths(JsonValue value, std::string_view paths, const Visit& visit) {
  while (!paths.empty()) {
    const std::size_t blank = paths.find(' ');
    at_path(value, paths.substr(0, blank), visit);
    paths = blank == std::string_view::npos ? "" : paths.substr(blank + 1);
  }
}

std::vector<std::string> references_at(JsonValue resource, std::string_view paths) {
  std::vector<std::string> found;
  at_paths(resource, paths, [&](JsonValue value) {
    if (value.find("reference").is_string()) found.push_back(value.text("reference"));
  });
  return found;
}

// A path longer than this helps nobody, and names come from the request.
constexpr std::size_t kMaxExpression = 200;

class ReferenceWalk {
 public:
  ReferenceWalk(JsonValue resource, std::string expression)
      : start_(resource.begin()), path_(std::move(expression)) {
    for (JsonValue item = resource.find("contained").first(); item; item = item.next()) {
      contained_.insert(item.text("id"));
    }
    visit(resource);
  }

  std::vector<ReferenceUse> references;
  std::string dangling;  // the place of a reference to nothing contained

 private:
  void visit(JsonValue value) {
    const bool object = value.is_object();
    if (!object && !value.is_array()) return;
    const std::size_t length = path_.size();
    std::size_t index = 0;
    for (JsonValue child = value.first(); child; child = child.next(), ++index) {
      const std::string name = child.key();
      if (length < kMaxExpression) {
        path_ += object ? '.' : '[';
        path_ += object ? name.substr(0, kMaxExpression) : std::to_string(index);
        if (!object) path_ += ']';
      }
      if (name == "reference" && child.is_string()) {
        use(child);
      } else {
        visit(child);
      }
      path_.resize(length);
    }
  }

  // "#" alone means the container (R4 references.html#contained).
  void use(JsonValue value) {
    std::string target = value.string();
    if (!target.starts_with('#')) {
      references.push_back(
          {std::move(target), value.begin() - start_, value.end() - start_, path_});
    } else if (target.size() > 1 && !contained_.contains(target.substr(1)) && dangling.empty()) {
      dangling = path_;
    }
  }

  std::size_t start_;
  std::string path_;
  std::set<std::string, std::less<>> contained_;
};

}  // namespace

bool is_resource_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.';
  });
}

tl::expected<Resource, Fault> read_resource(JsonValue value, std::string_view type,
                                            std::string_view id, const std::string& expression) {
  Resource resource;
  resource.type = find_resource_type(type);
  if (!resource.type) return invalid("not a resource type of FHIR R4", expression);
  if (!is_resource_id(id)) {
    return invalid("an id has 1 to 64 of the characters A-Z a-z 0-9 - .", expression);
  }
  if (!value.is_object()) return invalid("expected a resource, a JSON object", expression);
  if (value.text("resourceType") != type) {
    return invalid("resourceType is not the type of the URL, " + std::string(type),
                   expression + ".resourceType");
  }
  if (value.text("id") != id) {
    return invalid("the id of the resource is not the id of the URL, " + std::string(id),
                   expression + ".id");
  }
  if (value.find("meta") && !value.find("meta").is_object()) {
    return invalid("meta must be an object", expression + ".meta");
  }
  resource.id = id;
  resource.text = value.raw();
  // What a stored Bundle refers to may live inside it: it is kept as it is, unread.
  if (type != "Bundle") {
    ReferenceWalk walk(value, expression);
    if (!walk.dangling.empty()) {
      return invalid("a reference to a contained resource that is not there", walk.dangling);
    }
    resource.references = std::move(walk.references);
  }
  at_paths(value, resource.type->identifier, [&](JsonValue identifier) {
    resource.identifiers.push_back({identifier.text("system"), identifier.text("value")});
  });
  resource.patients = references_at(value, resource.type->patient);
  resource.subjects = references_at(value, resource.type->subject);
  return resource;
}

std::string with_server_meta(const std::string& text, uint64_t version,
                             std::string_view last_updated) {
  struct Edit {
    std::size_t begin;
    std::size_t end;
    std::string text;
  };
  std::string version_text, updated_text;
  append_json_string(version_text, std::to_string(version));
  append_json_string(updated_text, last_updated);

  // The text was parsed before it came here.
  const JsonDocument document = *JsonDocument::parse(text);
  const JsonValue meta = document.root().find("meta");
  const JsonValue old_version = meta.find("versionId");
  const JsonValue old_updated = meta.find("lastUpdated");
  std::string inserted;
  if (!old_version) inserted += "\"versionId\":" + version_text + ',';
  if (!old_updated) inserted += "\"lastUpdated\":" + updated_text + ',';
  if (!inserted.empty() && !meta.first()) inserted.pop_back();

  std::vector<Edit> edits;
  if (!meta) {
    const std::size_t after_id = document.root().find("id").end();
    edits.push_back({after_id, after_id, ",\"meta\":{" + inserted + '}'});
  } else {
    edits.push_back({meta.begin() + 1, meta.begin() + 1, inserted});
  }
  if (old_version) edits.push_back({old_version.begin(), old_version.end(), version_text});
  if (old_updated) edits.push_back({old_updated.begin(), old_updated.end(), updated_text});
  std::sort(edits.begin(), edits.end(),
            [](const Edit& a, const Edit& b) { return a.begin < b.begin; });

  std::string out;
  std::size_t at = 0;
  for (const Edit& edit : edits) {
    out.append(text, at, edit.begin - at).append(edit.text);
    at = edit.end;
  }
  return out.append(text, at);
}

}  // namespace oncobridge::sandbox
