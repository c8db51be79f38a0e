#include "oncobridge/fhir/json_compare.h"

#include <algorithm>
#include <utility>

namespace oncobridge {
namespace {

using Members = std::vector<std::pair<std::string, JsonValue>>;

Members sorted_members(JsonValue object) {
  Members members;
  for (JsonValue member = object.first(); member; member = member.next()) {
    members.emplace_back(member.key(), member);
  }
  std::sort(members.begin(), members.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return members;
}

// What the walk stands on: the rules for meta and text hold at these places only.
enum class Place { kResource, kMeta, kElsewhere };

Place place_of_member(Place place, const std::string& name) {
  return place == Place::kResource && name == "meta" ? Place::kMeta : Place::kElsewhere;
}

bool belongs_to_server(Place place, const std::string& name) {
  return place == Place::kMeta && (name == "versionId" || name == "lastUpdated");
}

bool holds_only_server_members(JsonValue meta) {
  if (!meta.is_object()) return false;
  for (JsonValue member = meta.first(); member; member = member.next()) {
    if (!belongs_to_server(Place::kMeta, member.key())) return false;
  }
  return true;
}

void append_canonical(std::string& out, JsonValue value, Place place) {
  char separator = 0;
  const auto separate = [&] {
    if (separator) out += separator;
    separator = ',';
  };
  if (value.is_object()) {
    out += '{';
    for (const auto& [name, member] : sorted_members(value)) {
      const Place inner = place_of_member(place, name);
      if (belongs_to_server(place, name)) continue;
      if (inner == Place::kMeta && holds_only_server_members(member)) continue;
      separate();
      append_json_string(out, name);
      out += ':';
      append_canonical(out, member, inner);
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    for (JsonValue item = value.first(); item; item = item.next()) {
      separate();
      append_canonical(out, item, Place::kElsewhere);
    }
    out += ']';
  } else if (value.is_string()) {
    append_json_string(out, value.string());
  } else {
    out += value.raw();
  }
}

class Comparison {
 public:
  explicit Comparison(std::size_t limit) : limit_(limit) {}

  void compare(JsonValue sent, JsonValue got, Place place, const std::string& path) {
    if (differences_.size() >= limit_) return;
    if (sent.kind() != got.kind()) return add(ResourceDifference::What::kChanged, path);
    switch (sent.kind()) {
      case JsonKind::kObject:
        return compare_objects(sent, got, place, path);
      case JsonKind::kArray:
        return compare_arrays(sent, got, path);
      case JsonKind::kString:
        if (sent.string() != got.string()) add(ResourceDifference::What::kChanged, path);
        return;
      default:
        if (sent.raw() != got.raw()) add(ResourceDifference::What::kChanged, path);
    }
  }

  std::vector<ResourceDifference> take() { return std::move(differences_); }

 private:
  void add(ResourceDifference::What what, const std::string& path) {
    if (differences_.size() < limit_) differences_.push_back({what, path});
  }

  void compare_objects(JsonValue sent, JsonValue got, Place place, const std::string& path) {
    const Members ours = sorted_members(sent);
    const Members theirs = sorted_members(got);
    auto a = ours.begin();
    auto b = theirs.begin();
    while (a != ours.end() || b != theirs.end()) {
      if (b == theirs.end() || (a != ours.end() && a->first < b->first)) {
        if (!may_be_missing(place, *a)) {
          add(ResourceDifference::What::kMissing, path + "." + a->first);
        }
        ++a;
      } else if (a == ours.end() || b->first < a->first) {
        if (!may_be_added(place, *b)) {
          add(ResourceDifference::What::kAdded, path + "." + b->first);
        }
        ++b;
      } else {
        compare_member(a->first, a->second, b->second, place, path);
        ++a;
        ++b;
      }
    }
  }

  void compare_member(const std::string& name, JsonValue sent, JsonValue got, Place place,
                      const std::string& path) {
    if (belongs_to_server(place, name)) return;
    const std::string inner = path + "." + name;
    if (place == Place::kMeta && name == "source") {
      const std::string ours = sent.string();
      if (got.string().rfind(ours + "#", 0) == 0) return;
    }
    const bool is_set = name == "profile" || name == "tag" || name == "security";
    if (place == Place::kMeta && is_set) return compare_sets(sent, got, inner);
    compare(sent, got, place_of_member(place, name), inner);
  }

  static bool may_be_missing(Place place, const Members::value_type& member) {
    return belongs_to_server(place, member.first) ||
           (place_of_member(place, member.first) == Place::kMeta &&
            holds_only_server_members(member.second));
  }

  static bool may_be_added(Place place, const Members::value_type& member) {
    const auto& [name, value] = member;
    if (belongs_to_server(place, name)) return true;
    if (place == Place::kResource && name == "text") return true;
    if (place == Place::kMeta) return name == "source";
    if (place_of_member(place, name) != Place::kMeta || !value.is_object()) return false;
    for (JsonValue inner = value.first(); inner; inner = inner.next()) {
      if (!may_be_added(Place::kMeta, {inner.key(), inner})) return false;
    }
    return true;
  }

  void compare_arrays(JsonValue sent, JsonValue got, const std::string& path) {
    JsonValue a = sent.first();
    JsonValue b = got.first();
    for (std::size_t i = 0; a || b; ++i) {
      const std::string item = path + "[" + std::to_string(i) + "]";
      if (!b) {
        add(ResourceDifference::What::kMissing, item);
      } else if (!a) {
        add(ResourceDifference::What::kAdded, item);
      } else {
        compare(a, b, Place::kElsewhere, item);
      }
      if (a) a = a.next();
      if (b) b = b.next();
    }
  }

  void compare_sets(JsonValue sent, JsonValue got, const std::string& path) {
    const auto items = [](JsonValue array) {
      std::vector<std::string> texts;
      for (JsonValue item = array.first(); item; item = item.next()) {
        append_canonical(texts.emplace_back(), item, Place::kElsewhere);
      }
      std::sort(texts.begin(), texts.end());
      return texts;
    };
    if (sent.kind() != got.kind() || items(sent) != items(got)) {
      add(ResourceDifference::What::kChanged, path);
    }
  }

  std::size_t limit_;
  std::vector<ResourceDifference> differences_;
};

}  // namespace

std::string canonical_resource(JsonValue resource) {
  std::string out;
  append_canonical(out, resource, Place::kResource);
  return out;
}

std::string ResourceDifference::describe() const {
  static constexpr const char* kWords[] = {" changed", " missing", " added"};
  return path + kWords[static_cast<int>(what)];
}

std::vector<ResourceDifference> resource_differences(JsonValue sent, JsonValue read_back,
                                                     std::size_t limit) {
  Comparison comparison(limit);
  comparison.compare(sent, read_back, Place::kResource, sent.text("resourceType"));
  return comparison.take();
}

}  // namespace oncobridge
