// Resource ids belong to facts. Every example is edited in the ways in which records are corrected
// and sent again; the ids that must stay are compared, and what moved is printed as a table.
#include "converters/natural_key.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "oncobridge/convert.h"
#include "tests/support/byte_sources.h"
#include "tests/support/map_case.h"

namespace oncobridge {
namespace {

namespace fs = std::filesystem;
using test::Json;
using test::map_case;
using test::Mapped;

// ---- records and their edits

std::vector<std::string> examples() {
  std::vector<std::string> paths = {"examples/first_case.json"};
  for (const char* folder : {"examples/seed_cases", "examples/mcode_profiles"}) {
    for (const auto& entry : fs::directory_iterator(fs::path(ONCOBRIDGE_SOURCE_DIR) / folder)) {
      if (entry.path().extension() == ".json")
        paths.push_back(folder + ("/" + entry.path().filename().string()));
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

Json record_of(const std::string& path) {
  std::ifstream file(std::string(ONCOBRIDGE_SOURCE_DIR) + "/" + path);
  return Json::parse(file);
}

// A fact for the front of each list: none of the examples has it.
Json strangers() {
  return Json::parse(R"({
    "primary_tumors": {"diagnosis": "a tumour of this test"}, "metastases": {"site": "a site of this test"},
    "conditions": {"condition": "a condition of this test"}, "recurrences": {"kind": "any", "when": "1950"},
    "tumors": {"identifier": "test", "site": "a site of this test"},
    "tumor_sizes": {"when": "1950", "dimensions": [{"value": 1, "unit": "cm"}]},
    "specimens": {"identifier": "test", "type": "a specimen of this test"}, "markers": {"marker": "a marker of this test"},
    "pathology": {"when": "1950", "report": "test"}, "stages": {"kind": "autopsy", "tnm": "aT1", "when": "1950"},
    "other_stages": {"system": "other", "type": "a system of this test", "value": "x"},
    "surgeries": {"procedure": "an operation of this test"}, "radiotherapy": {"when": "1950"},
    "medications": {"drug": "a drug of this test"}, "treatments": {"treatment": "a treatment of this test"},
    "examinations": {"examination": "an examination of this test"},
    "responses": {"kind": "clinical", "when": "1950", "value": "test"},
    "performance": {"scale": "ecog", "value": 1, "when": "1950"},
    "body_measures": {"kind": "body-height", "when": "1950", "value": {"value": 170, "unit": "cm"}},
    "survival": {"kind": "a time of this test", "value": {"value": 1, "unit": "mo"}},
    "comorbidities": {"present": ["test"], "when": "1950"}, "metastatic_history": {"when": "1950"},
    "risk_assessments": {"kind": "other", "type": "a risk of this test", "value": "x"},
    "genomic_reports": {"report": "a report of this test", "conclusion": "x"},
    "cohorts": {"name": "a cohort of this test", "members": ["x"]}})");
}

// Calls `edit` with every fact of the record's lists, and with the patient.
void each_fact(Json& record, const std::function<void(const std::string&, Json&)>& edit) {
  for (auto& [name, section] : record.items()) {
    if (name == "patient") edit(name, section);
    if (section.is_array()) {
      for (Json& fact : section) {
        if (fact.is_object()) edit(name, fact);
      }
    } else if (section.is_object() && name != "patient") {
      edit(name, section);
    }
  }
}

// Calls `edit` with every object below, its field name, and those around it as a path.
void each_object(Json& value, const std::string& path,
                 const std::function<void(const std::string&, Json&)>& edit) {
  if (value.is_object()) edit(path, value);
  if (value.is_object() || value.is_array()) {
    for (auto& [name, below] : value.items())
      each_object(below, value.is_array() ? path : path + "/" + name, edit);
  }
}

void add_note(Json& fact, const std::string& text) {
  if (!fact.contains("note")) {
    fact["note"] = text;
  } else if (fact["note"].is_array()) {
    fact["note"].push_back(text);
  } else {
    fact["note"] = Json::array({fact["note"], text});
  }
}

bool is_reference(const std::string& name) {
  static const std::set<std::string> names = {"primary", "condition", "tumor",  "specimen",
                                              "part_of", "document",  "same_as"};
  return names.count(name) > 0;
}

std::set<std::string> labels_of(const Json& record) {
  std::set<std::string> labels;
  Json copy = record;
  each_object(copy, "", [&](const std::string&, Json& object) {
    if (object.contains("id")) labels.insert(object["id"]);
  });
  return labels;
}

void rename_labels(Json& record) {
  const std::set<std::string> labels = labels_of(record);
  each_object(record, "", [&](const std::string& path, Json& object) {
    for (auto& [name, value] : object.items()) {
      const bool reference = is_reference(name) && !(path == "/conditions" && name == "condition");
      if (name != "id" && !reference) continue;
      const auto rename = [&](Json& label) {
        if (label.is_string() && labels.count(label)) label = "renamed-" + label.get<std::string>();
      };
      rename(value);
      if (value.is_array()) std::for_each(value.begin(), value.end(), rename);
    }
  });
}

void remove_unreferred(Json& record) {
  for (auto& [name, section] : record.items()) {
    if (!section.is_array() || section.size() < 2 || name == "sources") continue;
    for (std::size_t i = 0; i < section.size(); ++i) {
      if (section[i].is_object() && section[i].contains("id")) continue;
      section.erase(i);
      break;
    }
  }
}

void reverse_lists(Json& value, const std::string& name) {
  if (value.is_object()) {
    for (auto& [key, below] : value.items()) reverse_lists(below, key);
  }
  if (!value.is_array()) return;
  for (Json& below : value) reverse_lists(below, "");
  // The first source is where facts without a named one stand; dosage steps follow one another.
  static const std::set<std::string> ordered = {"sources", "source", "dosage",     "given",
                                                "line",    "names",  "identifiers"};
  if (ordered.count(name) == 0) std::reverse(value.begin(), value.end());
}

bool is_time(const std::string& path) {
  for (const char* time : {"/when", "/onset", "/collected", "/abatement"}) {
    if (path.find(time) != std::string::npos) return true;
  }
  return false;
}

enum class Stays {
  everything,     // the same ids
  what_was,       // the old ids, and further ones
  what_is,        // no new ids
  but_specimens,  // the ids of everything but specimens
  every_byte,     // the whole bundle
};

struct Edit {
  std::string name;
  Stays stays;
  std::function<void(Json&)> apply;
};

const std::vector<Edit>& edits() {
  static const std::vector<Edit> all = {
      {"a fact is added before all others of its list", Stays::what_was,
       [](Json& record) {
         const Json added = strangers();
         for (auto& [name, section] : record.items()) {
           if (section.is_array() && added.contains(name))
             section.insert(section.begin(), added[name]);
         }
       }},
      {"another fact is removed", Stays::what_is, remove_unreferred},
      {"lists are reordered", Stays::everything, [](Json& record) { reverse_lists(record, ""); }},
      {"values are corrected", Stays::everything,
       [](Json& record) {
         each_object(record, "", [](const std::string& path, Json& object) {
           if (is_time(path)) return;
           for (const char* name : {"value", "low", "high"}) {
             if (object.contains(name) && object[name].is_number() && path != "/performance")
               object[name] = 1.25;
           }
         });
       }},
      {"results are corrected", Stays::everything,
       [](Json& record) {
         each_fact(record, [](const std::string&, Json& fact) {
           for (const char* name : {"result", "score", "grade", "group", "subtype", "value"}) {
             if (fact.contains(name) && fact[name].is_string()) fact[name] = "corrected";
           }
         });
       }},
      {"wordings are changed", Stays::everything,
       [](Json& record) {
         each_fact(record, [](const std::string& section, Json& fact) {
           for (const char* name : {"text", "presentation", "finding_text", "report", "conclusion",
                                    "gender_text", "outcome"}) {
             if (section == "genomic_reports" && name == std::string("report"))
               continue;  // which report it is
             if (fact.contains(name) && fact[name].is_string()) fact[name] = "other words";
           }
           if (fact.contains("site") && fact["site"].is_object() && fact["site"].contains("site")) {
             fact["site"]["text"] = "other words";
           }
         });
       }},
      {"notes are added", Stays::everything,
       [](Json& record) {
         each_fact(record, [](const std::string&, Json& fact) { add_note(fact, "checked again"); });
       }},
      {"local ids are renamed", Stays::every_byte, rename_labels},
      {"the dates of specimens are corrected", Stays::but_specimens,
       [](Json& record) {
         if (!record.contains("specimens")) return;
         for (Json& specimen : record["specimens"]) specimen["collected"] = "1999-12-31";
       }},
      {"an unrelated section is added", Stays::what_was,
       [](Json& record) {
         const Json added = strangers();
         for (const char* name :
              {"survival", "body_measures", "other_stages", "treatments", "radiotherapy"}) {
           if (!record.contains(name)) record[name] = Json::array({added[name]});
         }
       }},
      {"a period gets its end", Stays::everything,
       [](Json& record) {
         each_object(record, "", [](const std::string&, Json& object) {
           if (object.contains("start") && !object.contains("end")) object["end"] = object["start"];
         });
       }},
      {"the patient's gender is corrected", Stays::everything,
       [](Json& record) { record["patient"]["gender"] = "other"; }},
      {"the patient dies", Stays::what_was,
       [](Json& record) {
         record["patient"]["vital_status"] = "dead";
         record["patient"]["death_date"] = "2026-01";
       }},
      {"the state of the disease is corrected", Stays::everything,
       [](Json& record) {
         if (!record.contains("primary_tumors") || !record["primary_tumors"].is_array()) return;
         for (Json& tumor : record["primary_tumors"]) {
           if (tumor.contains("state")) continue;
           tumor["clinical_status"] = "remission";
           tumor["asserted"] = "1999-12-31";
           tumor["onset"] = "1999-12";
         }
       }},
      {"the source is corrected", Stays::everything,
       [](Json& record) {
         each_fact(record, [](const std::string& section, Json& fact) {
           if (section == "sources") {
             fact["publisher"] = "another journal";
             fact["published"] = "1999";
           }
         });
       }},
  };
  return all;
}

// ---- what became of the ids

using Resources = std::map<std::string, Json>;

Resources resources_of(const Mapped& mapped) {
  Resources result;
  if (!mapped.bundle.contains("entry")) return result;
  for (const Json& entry : mapped.bundle["entry"])
    result[entry["resource"]["id"]] = entry["resource"];
  return result;
}

// What a resource is about, whatever it says of it.
std::string subject_of(const Json& resource) {
  std::string text = resource["resourceType"];
  for (const char* name : {"code", "medicationCodeableConcept", "medication", "type"}) {
    if (!resource.contains(name)) continue;
    const Json& value = resource[name];
    text += " " +
            (value.is_object() && value.contains("coding") ? value["coding"].dump() : value.dump());
  }
  return text;
}

// Rows of a table: file, edit, what happened, resource.
std::vector<std::string> moved(const Resources& before, const Resources& after, Stays stays) {
  std::vector<std::string> rows;
  const auto belongs = [&](const Json& resource) {
    const std::string type = resource["resourceType"];
    return !(stays == Stays::but_specimens && (type == "Specimen" || type == "Provenance"));
  };
  for (const auto& [id, resource] : before) {
    const auto found = after.find(id);
    if (found == after.end()) {
      if (stays != Stays::what_is && belongs(resource))
        rows.push_back("lost    " + id + "  " + subject_of(resource));
    } else if (stays == Stays::what_was || stays == Stays::everything) {
      const std::string now = subject_of(found->second);
      if (now != subject_of(resource))
        rows.push_back("swapped " + id + "  " + subject_of(resource) + "  ->  " + now);
    }
  }
  if (stays == Stays::what_was) return rows;
  for (const auto& [id, resource] : after) {
    if (before.count(id) == 0 && belongs(resource))
      rows.push_back("new     " + id + "  " + subject_of(resource));
  }
  return rows;
}

TEST(NaturalKey, EveryExampleKeepsItsIdsThroughEveryEdit) {
  std::map<std::string, int> applied;
  std::string table;
  for (const std::string& path : examples()) {
    const Json record = record_of(path);
    const Mapped original = map_case(record.dump());
    ASSERT_TRUE(original.converted) << path << testing::PrintToString(original.faults);
    const Resources before = resources_of(original);
    for (const Edit& edit : edits()) {
      Json changed = record;
      edit.apply(changed);
      if (changed == record) continue;
      const Mapped mapped = map_case(changed.dump());
      ASSERT_TRUE(mapped.converted)
          << path << ": " << edit.name << testing::PrintToString(mapped.faults);
      ++applied[edit.name];
      if (edit.stays == Stays::every_byte) {
        EXPECT_EQ(mapped.bytes, original.bytes) << path << ": " << edit.name;
        continue;
      }
      for (const std::string& row : moved(before, resources_of(mapped), edit.stays)) {
        table += path + " | " + edit.name + " | " + row.substr(0, 300) + "\n";
      }
    }
  }
  EXPECT_TRUE(table.empty()) << "ids that should have stayed:\n" << table;
  for (const Edit& edit : edits())
    EXPECT_GE(applied[edit.name], 2) << edit.name << ": too few examples have it";
}

// ---- ids of cases

std::set<std::string> ids_of(const Mapped& mapped) {
  std::set<std::string> ids;
  for (const auto& [id, resource] : resources_of(mapped)) ids.insert(id);
  return ids;
}

TEST(NaturalKey, TheSameCaseAlwaysHasTheSameIdsAndAnotherCaseHasNoneOfThem) {
  for (const std::string& path : examples()) {
    Json record = record_of(path);
    const auto first = map_case(record.dump());
    EXPECT_EQ(first.bytes, map_case(record.dump()).bytes) << path;
    record["case_id"] = record["case_id"].get<std::string>() + "-b";
    const auto other = ids_of(map_case(record.dump()));
    for (const std::string& id : ids_of(first)) EXPECT_EQ(other.count(id), 0u) << path << " " << id;
  }
}

// Everything converted from one record with these ids.
class Kept final : public ConversionSink {
 public:
  bool converted(std::string_view, std::string_view,
                 const std::vector<std::string_view>& parts) override {
    bundle += parts[0];
    return true;
  }
  bool rejected(const Rejection&) override { return true; }
  bool covered(std::string_view) override { return true; }
  std::string bundle;
};

std::set<std::string> ids_with(IdMaker maker, const std::string& record) {
  const auto converter = Converter::make(std::move(maker), {}).value();
  Kept kept;
  Converter::Run run(converter, kept);
  test::PiecesSource source(record);
  EXPECT_TRUE(run.add(source));
  EXPECT_TRUE(run.finish());
  std::set<std::string> ids;
  const Json bundle = Json::parse(kept.bundle);
  for (const Json& entry : bundle["entry"]) ids.insert(entry["resource"]["id"]);
  return ids;
}

TEST(NaturalKey, ASiteKeyANamespaceAndAnotherKeyGiveDifferentIds) {
  const std::string record = record_of("examples/first_case.json").dump();
  const std::vector<std::set<std::string>> makers = {
      ids_with(IdMaker::with_namespace(IdMaker::kDefaultNamespace).value(), record),
      ids_with(IdMaker::with_namespace("12345678-1234-5678-9abc-123456789abc").value(), record),
      ids_with(IdMaker::with_key("0123456789abcdef").value(), record),
      ids_with(IdMaker::with_key("0123456789abcdeg").value(), record)};
  std::set<std::string> all;
  std::size_t count = 0;
  for (const auto& ids : makers) {
    EXPECT_GT(ids.size(), 5u);
    all.insert(ids.begin(), ids.end());
    count += ids.size();
  }
  EXPECT_EQ(all.size(), count);
}

// ---- keys, seen through resources

std::string id_of(const Mapped& mapped, std::string_view type, std::string_view containing) {
  for (const Json& resource : mapped.all(type)) {
    if (resource.dump().find(containing) != std::string::npos) return resource["id"];
  }
  return "none";
}

TEST(NaturalKey, FactsWithEqualKeysAreToldApartByTheirContentsNotTheirPlaces) {
  const std::string left =
      R"({"site":{"site":"scalp","text":"left frontal area"},"presentation":"nodule"})";
  const std::string right =
      R"({"site":{"site":"scalp","text":"right parietal area"},"presentation":"nodule"})";
  const auto one = map_case(test::with_case(R"("metastases":[)" + left + "," + right + "]"));
  const auto other = map_case(test::with_case(R"("metastases":[)" + right + "," + left + "]"));
  const std::string frontal = id_of(one, "Condition", "left frontal");
  const std::string parietal = id_of(one, "Condition", "right parietal");
  EXPECT_NE(frontal, parietal);
  EXPECT_EQ(id_of(other, "Condition", "left frontal"), frontal);
  EXPECT_EQ(id_of(other, "Condition", "right parietal"), parietal);
}

TEST(NaturalKey, AMarkerOfOneSpecimenIsNotThatOfAnother) {
  const auto record = [](const std::string& date) {
    return test::with_case(
        R"("specimens":[{"id":"a","identifier":"A-1","collected":")" + date +
        R"("},{"id":"b","identifier":"B-1"}],)"
        R"("markers":[{"marker":"ER","specimen":"a","result":"positive"},{"marker":"ER","specimen":"b","result":"negative"}])");
  };
  const auto before = map_case(record("2019-05-01"));
  const auto after = map_case(record("2019-05-02"));
  for (const char* result : {"positive", "negative"}) {
    EXPECT_EQ(id_of(before, "Observation", result), id_of(after, "Observation", result))
        << "the specimen's date was corrected";
  }
  EXPECT_NE(id_of(before, "Observation", "positive"), id_of(before, "Observation", "negative"));
}

TEST(NaturalKey, TheVolumesOfTwoCoursesAreNotMixedUp) {
  const std::string late =
      R"({"when":"2020","volumes":[{"site":"breast","dose":{"value":50,"unit":"Gy"}}]})";
  const std::string early =
      R"({"when":"2010","volumes":[{"site":"breast","dose":{"value":40,"unit":"Gy"}}]})";
  const auto alone = map_case(test::with_case(R"("radiotherapy":[)" + late + "]"));
  const auto both = map_case(test::with_case(R"("radiotherapy":[)" + early + "," + late + "]"));
  for (const auto& [id, resource] : resources_of(alone)) {
    EXPECT_EQ(resources_of(both).count(id), 1u)
        << "an earlier course was added: " << resource.dump();
  }
}

TEST(NaturalKey, TheOrderOfQualifiersSaysNothing) {
  const auto tumor = [](const char* qualifiers) {
    return map_case(test::with_case(
        std::string(R"("primary_tumors":[{"diagnosis":"x","site":{"site":"breast","qualifiers":)") +
        qualifiers + "}}]"));
  };
  EXPECT_EQ(ids_of(tumor(R"(["upper","outer"])")), ids_of(tumor(R"(["outer","upper"])")));
  EXPECT_NE(ids_of(tumor(R"(["upper","outer"])")), ids_of(tumor(R"(["upper","inner"])")));
}

TEST(NaturalKey, AWordingAndItsCodeAreTheSameFact) {
  const auto surgery = [](const char* procedure) {
    return ids_of(
        map_case(test::with_case(std::string(R"("surgeries":[{"procedure":)") + procedure + "}]")));
  };
  EXPECT_EQ(surgery(R"("mastectomy")"), surgery(R"("  MASTECTOMY ")"));
  EXPECT_EQ(surgery(R"("a rare operation")"), surgery(R"("A rare  operation")"))
      << "without a code, the folded wording";
  EXPECT_NE(surgery(R"("a rare operation")"), surgery(R"("another rare operation")"));
}

}  // namespace
}  // namespace oncobridge
