#include "tests/support/map_case.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "converters/chunk_converter.h"

namespace oncobridge::test {
namespace {

const Terms& shared_terms() {
  static const Terms terms = Terms::load(embedded_term_tables()).value();
  return terms;
}

}  // namespace

std::string with_case(std::string_view members) {
  return R"({"case_id":"t",)" + std::string(members) + "}";
}

Mapped map_case(std::string_view record, Framing framing, std::string recorded, bool narrative) {
  ConversionOptions options;
  options.framing = framing;
  const ConverterParts parts{Terms(shared_terms()),
                             Vocabulary(),
                             IdMaker::with_namespace(IdMaker::kDefaultNamespace).value(),
                             options,
                             {std::move(recorded), narrative}};
  auto vocabulary = Vocabulary::load(parts.terms);
  EXPECT_TRUE(vocabulary) << (vocabulary ? "" : vocabulary.error().message);
  Mapped result;
  if (!vocabulary) return result;
  const_cast<ConverterParts&>(parts).vocabulary = *vocabulary;

  ChunkConverter converter(parts);
  std::string bytes(record);
  bytes.append(kRecordPadding, ' ');
  result.converted = converter.convert_record({{bytes.data(), record.size()}, 1, 1}, false);
  for (const Fault& fault : converter.faults())
    result.faults.push_back(fault.rule + " " + fault.place.path);
  if (!result.converted) return result;
  for (std::size_t type = 0; type < kResourceTypeCount; ++type)
    result.bytes += converter.bundle().output(type).view();
  if (framing != Framing::ndjson) result.bundle = Json::parse(result.bytes);
  const LeafIndex& leaves = converter.leaves();
  for (Leaf leaf = 1; leaf <= leaves.leaves.size(); ++leaf) {
    if (!(leaves.used[leaf - 1] & LeafIndex::kUsed)) result.unused.push_back(leaves.path(leaf));
    if (LeafIndex::is_uncoded(leaves.used[leaf - 1])) result.uncoded.push_back(leaves.path(leaf));
  }
  for (const QualityFlag& flag : converter.mapping().flags()) {
    result.flags.push_back(std::string(flag.rule) + " " +
                           (flag.leaf == 0 ? "" : leaves.path(flag.leaf)));
  }
  return result;
}

Mapped map_file(const std::string& path) {
  std::ifstream file(std::string(ONCOBRIDGE_SOURCE_DIR) + "/" + path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return map_case(std::string((std::istreambuf_iterator<char>(file)), {}));
}

std::vector<Json> Mapped::all(std::string_view type) const {
  std::vector<Json> found;
  if (!bundle.contains("entry")) return found;
  for (const Json& entry : bundle["entry"]) {
    if (entry["resource"]["resourceType"] == type) found.push_back(entry["resource"]);
  }
  return found;
}

Json Mapped::only(std::string_view type) const {
  const auto found = all(type);
  EXPECT_EQ(found.size(), 1u) << type;
  return found.size() == 1 ? found.front() : Json::object();
}

std::vector<Json> Mapped::coded(std::string_view type, std::string_view code) const {
  std::vector<Json> found;
  for (const Json& resource : all(type)) {
    if (!resource.contains("code") || !resource["code"].contains("coding")) continue;
    for (const Json& coding : resource["code"]["coding"]) {
      if (coding["code"] == code) {
        found.push_back(resource);
        break;
      }
    }
  }
  return found;
}

std::vector<Json> Mapped::of_profile(std::string_view profile) const {
  std::vector<Json> found;
  const std::string url =
      "http://hl7.org/fhir/us/mcode/StructureDefinition/" + std::string(profile);
  if (!bundle.contains("entry")) return found;
  for (const Json& entry : bundle["entry"]) {
    const Json& resource = entry["resource"];
    if (resource.contains("meta") && resource["meta"]["profile"][0] == url)
      found.push_back(resource);
  }
  return found;
}

bool Mapped::has_note(const Json& resource, std::string_view text) const {
  if (!resource.contains("note")) return false;
  for (const Json& note : resource["note"]) {
    if (note["text"].get<std::string>().find(text) != std::string::npos) return true;
  }
  return false;
}

}  // namespace oncobridge::test
