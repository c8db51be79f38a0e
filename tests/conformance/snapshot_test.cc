// Every snapshot of the packages at hand is made again from its differential and compared with the
// published one, element by element. What differs is named in known_snapshot_gaps.txt, with
// reasons.

#include "profiles/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "profiles/corrections.h"
#include "profiles/definition_store.h"
#include "profiles/package_reader.h"

namespace oncobridge::profiles {
namespace {

constexpr const char* kSource = ONCOBRIDGE_SOURCE_DIR;

std::string join(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ",") + part;
  return text;
}

std::string text_of(const std::vector<TypeRef>& types) {
  std::vector<std::string> parts;
  for (const TypeRef& type : types) {
    parts.push_back(type.code + "(" + join(type.profiles) + ")->(" + join(type.target_profiles) +
                    ")" + std::to_string(type.aggregation) +
                    std::to_string(static_cast<int>(type.version_rule)));
  }
  return join(parts);
}

std::string text_of(const Slicing& slicing) {
  if (!slicing.present) return "none";
  std::string text =
      std::to_string(static_cast<int>(slicing.rules)) + (slicing.ordered ? " ordered" : "");
  for (const Discriminator& by : slicing.discriminators) {
    text += " " + std::to_string(static_cast<int>(by.type)) + ":" + by.path;
  }
  return text;
}

std::string text_of(const ElementDefinition& element, const Binding& binding) {
  if (!element.has_binding) return "none";
  std::vector<std::string> more;
  for (const AdditionalBinding& other : element.additional_bindings) {
    more.push_back(other.purpose + "=" + other.value_set);
  }
  return std::to_string(static_cast<int>(binding.strength)) + " " + binding.value_set + " max " +
         binding.max_value_set + " more " + join(more);
}

std::string text_of(const DefinedValue& value) { return value.type + value.json; }

std::string keys_of(const ElementDefinition& element) {
  std::set<std::string> keys;
  for (const Constraint& constraint : element.constraints) keys.insert(constraint.key);
  return join({keys.begin(), keys.end()});
}

// What an element states, fact by fact.
std::map<std::string, std::string> facts_of(const ElementDefinition& element) {
  return {{"path", element.path},
          {"slice", element.slice_name},
          {"min", std::to_string(element.min)},
          {"max", std::to_string(element.max)},
          {"types", text_of(element.types)},
          {"content", element.content_reference},
          {"fixed", text_of(element.fixed)},
          {"pattern", text_of(element.pattern)},
          {"minValue", text_of(element.min_value)},
          {"maxValue", text_of(element.max_value)},
          {"maxLength", std::to_string(element.max_length)},
          {"binding", text_of(element, element.binding)},
          {"slicing", text_of(element.slicing)},
          {"constraints", keys_of(element)},
          {"mustSupport", element.must_support ? "true" : "false"},
          {"isModifier", element.is_modifier ? "true" : "false"}};
}

struct Score {
  std::size_t definitions = 0;
  std::size_t same_definitions = 0;
  std::size_t elements = 0;
  std::size_t same_elements = 0;
  std::vector<std::string> gaps;  // `name element fact`
};

std::string name_of(const StructureDefinition& definition) {
  std::string name = definition.name;
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

void compare(const StructureDefinition& published, const StructureDefinition& made, Score& score,
             bool explain) {
  std::map<std::string, const ElementDefinition*> elements;
  for (const ElementDefinition& element : made.snapshot) elements[element.id] = &element;
  const std::size_t gaps = score.gaps.size();
  std::vector<std::string> order_made;
  std::vector<std::string> order_published;
  for (const ElementDefinition& element : published.snapshot) {
    ++score.elements;
    order_published.push_back(element.id);
    const auto found = elements.find(element.id);
    if (found == elements.end()) {
      score.gaps.push_back(name_of(published) + " " + element.id + " missing");
      continue;
    }
    const std::size_t before = score.gaps.size();
    const auto is = facts_of(*found->second);
    for (const auto& [fact, should] : facts_of(element)) {
      if (is.at(fact) == should) continue;
      score.gaps.push_back(name_of(published) + " " + element.id + " " + fact);
      if (explain) score.gaps.back() += ": published " + should + " | made " + is.at(fact);
    }
    score.same_elements += score.gaps.size() == before ? 1 : 0;
    elements.erase(found);
  }
  for (const auto& [id, element] : elements) {
    score.gaps.push_back(name_of(published) + " " + id + " too-much");
  }
  for (const ElementDefinition& element : made.snapshot) order_made.push_back(element.id);
  if (score.gaps.size() == gaps && order_made != order_published) {
    score.gaps.push_back(name_of(published) + " - order");
  }
  ++score.definitions;
  score.same_definitions += score.gaps.size() == gaps ? 1 : 0;
}

constexpr const char* kPackages[] = {
    "hl7.fhir.r4.core-4.0.1",
    "hl7.terminology.r4-7.0.1",
    "hl7.fhir.uv.extensions.r4-5.3.0-ballot-tc1",
    "hl7.fhir.uv.genomics-reporting-3.0.0",
    "hl7.fhir.us.core-6.1.0",
    "hl7.fhir.us.mcode-4.0.0",
};

// True if all words are the same; `*` stands for any word.
bool fits(const std::string& pattern, const std::string& gap) {
  std::istringstream left(pattern);
  std::istringstream right(gap);
  std::string a;
  std::string b;
  while (left >> a) {
    if (!(right >> b) || (a != "*" && a != b)) return false;
  }
  return !(right >> b);
}

// Lines `package definition element fact : reason`; names are written without blanks.
std::map<std::string, std::size_t> known_gaps() {
  std::ifstream in(std::string(kSource) + "/tests/conformance/known_snapshot_gaps.txt");
  std::map<std::string, std::size_t> gaps;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t reason = line.find(" : ");
    EXPECT_NE(reason, std::string::npos) << line;
    gaps[line.substr(0, reason)] = 0;
  }
  return gaps;
}

class Snapshots : public ::testing::Test {
 protected:
  // The definitions of all packages, each with differential and snapshot.
  static bool read() {
    if (!packages_.empty()) return true;
    store_ = std::make_unique<DefinitionStore>();
    std::ifstream in(std::string(kSource) + "/profiles/definitions/corrections.txt");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const Corrections corrections(text);
    for (const char* const name : kPackages) {
      const std::string archive = std::string(kSource) + "/../shared/packages/" + name + ".tgz";
      if (!std::filesystem::exists(archive)) return false;
      auto package = read_package(archive, true);
      if (!package) {
        ADD_FAILURE() << package.error().message;
        return false;
      }
      for (StructureDefinition& definition : package->structures) {
        corrections.apply(definition);
        store_->add(definition, name);
      }
      packages_[name] = std::move(package->structures);
    }
    return true;
  }

  static Score score(const std::string& package, bool explain) {
    Score score;
    for (const StructureDefinition& published : packages_.at(package)) {
      if (!published.constraint || published.snapshot.empty()) continue;
      StructureDefinition bare = published;
      bare.snapshot.clear();
      const auto made = make_snapshot(*store_, bare);
      if (!made) {
        score.gaps.push_back(name_of(published) + " - " + made.error().rule);
        if (explain) score.gaps.back() += ": " + made.error().message;
        ++score.definitions;
        score.elements += published.snapshot.size();
        continue;
      }
      compare(published, *made, score, explain);
    }
    return score;
  }

  static std::unique_ptr<DefinitionStore> store_;
  static std::map<std::string, std::vector<StructureDefinition>> packages_;
};
std::unique_ptr<DefinitionStore> Snapshots::store_;
std::map<std::string, std::vector<StructureDefinition>> Snapshots::packages_;

TEST_F(Snapshots, AreThosePublished) {
  if (!read()) GTEST_SKIP() << "no packages beside the repository";
  const bool explain = std::getenv("ONCOBRIDGE_EXPLAIN") != nullptr;
  std::map<std::string, std::size_t> known = known_gaps();
  for (const auto& [package, definitions] : packages_) {
    const Score result = score(package, explain);
    RecordProperty(package, std::to_string(result.same_definitions) + " of " +
                                std::to_string(result.definitions));
    std::printf("%-45s %zu of %zu snapshots, %zu of %zu elements\n", package.c_str(),
                result.same_definitions, result.definitions, result.same_elements, result.elements);
    for (const std::string& gap : result.gaps) {
      const std::string line = package + " " + gap;
      const auto named = std::find_if(known.begin(), known.end(), [&](const auto& pattern) {
        return fits(pattern.first, line.substr(0, line.find(": ")));
      });
      if (named == known.end()) ADD_FAILURE() << line;
      if (named != known.end()) ++named->second;
    }
  }
  for (const auto& [pattern, times] : known) EXPECT_NE(times, 0u) << "no gap any more: " << pattern;
}

}  // namespace
}  // namespace oncobridge::profiles
