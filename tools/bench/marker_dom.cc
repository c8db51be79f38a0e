#include "tools/bench/marker_dom.h"

#include <algorithm>
#include <map>
#include <vector>

#include "oncobridge/base/text.h"

namespace oncobridge::bench {
namespace {

using Json = nlohmann::json;

constexpr char kSeparator = '\x1f';
constexpr const char* kMarkerProfile =
    "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-tumor-marker-test";

struct Way {
  const char* member;
  const char* role;
  TermField field;
  TermField values;  // of the answer; none: the answer is a quantity
  const char* suffix;
  bool immune_stain;  // without a row for the kind of answer: the study of immune stains
  bool own;           // without a row for the kind of answer: the marker's own code
  int rank;
};
const Way kWays[] = {
    {"result", "result", TermField::marker_status, TermField::marker_result, "", false, true, 8},
    {"percent", "percent", TermField::marker_percent, TermField::none, ", percentage of cells",
     true, false, 2},
    {"score", "score", TermField::marker_score, TermField::marker_score_value, ", score", true,
     false, 6},
    {"intensity", "intensity", TermField::marker_intensity, TermField::marker_intensity,
     ", staining intensity", true, false, 7},
    {"allred", "allred", TermField::marker_allred, TermField::none, ", Allred score", true, false,
     5},
    {"ratio", "ratio", TermField::marker_ratio, TermField::none, ", ratio to the centromere", false,
     false, 3},
    {"copy_number", "copy-number", TermField::marker_copy_number, TermField::none,
     ", gene copies per cell", false, false, 4},
    {"value", "value", TermField::marker, TermField::none, "", false, true, 1},
};

// What a concept of the record says: its wording and the row that it was found by.
struct Wording {
  std::string text;
  const Term* term = nullptr;
};

class MarkerMapper {
 public:
  MarkerMapper(const Json& record, const Terms& terms, const Vocabulary& vocabulary,
               const IdMaker& ids)
      : record_(record),
        terms_(terms),
        vocabulary_(vocabulary),
        ids_(ids),
        case_id_(record["case_id"].get<std::string>()) {}

  Json run() {
    for (const Json& marker : record_["markers"]) map_marker(marker);
    map_panels();
    return std::move(observations_);
  }

 private:
  Wording wording(const Json& value, TermField field) const {
    if (value.is_string()) {
      const auto text = value.get<std::string>();
      return {text, terms_.find(field, text)};
    }
    Wording result;
    if (value.contains("text")) result.text = value["text"].get<std::string>();
    if (value.contains("code")) {
      result.term =
          terms_.find_code(field, value["code"].get<std::string>(), value.value("system", ""));
      if (result.text.empty()) result.text = result.term->codings.front().display;
    } else {
      result.term = terms_.find(field, result.text);
    }
    return result;
  }

  static Json codeable(const Term* term, const std::string& text) {
    Json result = Json::object();
    if (term != nullptr) {
      for (const Coding& coding : term->codings) {
        Json one = {{"system", coding.system}, {"code", coding.code}};
        if (!coding.display.empty()) one["display"] = coding.display;
        result["coding"].push_back(std::move(one));
      }
    }
    if (!text.empty()) result["text"] = text;
    return result;
  }
  Json codeable(Fixed fixed) const { return codeable(&vocabulary_[fixed], {}); }

  std::string id_of(std::string name) const {
    UuidText id;
    ids_.make(name, id);
    return std::string(view(id));
  }
  std::string derived_id(const std::string& owner, const std::string& role) const {
    return id_of(case_id_ + kSeparator + owner + kSeparator + role);
  }

  std::string key_of(const Wording& value) const {
    if (value.term != nullptr) return kSeparator + value.term->key;
    std::string folded(value.text.size(), '\0');
    folded.resize(fold_wording(value.text, folded.data()));
    return kSeparator + folded;
  }

  // The marker's natural key: marker, method and time; never its answer.
  std::string marker_id(const Json& marker) {
    std::string name = case_id_ + kSeparator + "marker";
    name +=
        kSeparator + std::string("marker") + key_of(wording(marker["marker"], TermField::marker));
    if (marker.contains("method")) {
      name += kSeparator + std::string("method") +
              key_of(wording(marker["method"], TermField::marker_method));
    }
    if (marker.contains("when")) {
      const Json& when = marker["when"];
      std::string stated;
      if (when.is_string()) {
        stated = when.get<std::string>();
      } else if (when.contains("date")) {
        stated = when["date"].get<std::string>();
      } else if (when.contains("start")) {
        stated = when["start"].get<std::string>();
      } else if (when.contains("age") && when["age"].contains("value")) {
        stated = when["age"]["value"].dump();
      } else if (when.contains("text")) {
        stated = when["text"].get<std::string>();
      }
      if (!stated.empty()) name += kSeparator + std::string("when") + kSeparator + stated;
    }
    if (const int ordinal = seen_[name]++; ordinal > 0)
      name += kSeparator + std::to_string(ordinal);
    return id_of(name);
  }

  // Codes "in Breast cancer specimen" need a breast tumour, and these records have none.
  const Term* fitting(const Term* term) const {
    if (term == nullptr || !term->names_breast) return term;
    return terms_.find(TermField::marker_tissue, term->codings.front().code);
  }

  const Term* special_code(const Json& marker, const Way& way) const {
    if (way.field == TermField::marker) return nullptr;
    const Wording name = wording(marker["marker"], TermField::marker);
    const Term* term = nullptr;
    if (&way == &kWays[0] && marker.contains("method")) {
      term =
          terms_.find(TermField::marker,
                      name.text + " " + wording(marker["method"], TermField::marker_method).text);
    }
    if (term == nullptr && name.term != nullptr) term = terms_.find(way.field, name.term->wording);
    return fitting(term != nullptr ? term : terms_.find(way.field, name.text));
  }

  Json code(const Json& marker, const Way& way) const {
    const Wording name = wording(marker["marker"], TermField::marker);
    if (const Term* term = special_code(marker, way)) return codeable(term, name.text);
    if (way.own) return codeable(fitting(name.term), name.text);
    const bool stain =
        way.immune_stain && (!marker.contains("method") ||
                             wording(marker["method"], TermField::marker_method).term != nullptr);
    return codeable(stain ? &vocabulary_[Fixed::immune_stain_study] : nullptr,
                    name.text + way.suffix);
  }

  static void add_note(Json& notes, const std::string& text) { notes.push_back({{"text", text}}); }

  void add_time(Json& observation, Json& notes, const Json& stated) const {
    const Json when = stated.is_string() ? Json{{"date", stated}} : stated;
    if (when.contains("text"))
      add_note(notes, "Time as stated: " + when["text"].get<std::string>());
    if (when.contains("age")) {
      const Json& age = when["age"];
      if (age.contains("value")) add_note(notes, "Age at the time: " + age["value"].dump());
      if (age.contains("unit"))
        add_note(notes, "Unit of the age: " + wording(age["unit"], TermField::unit).text);
      if (age.contains("text")) add_note(notes, "Age as stated: " + age["text"].get<std::string>());
    }
    if (when.contains("date")) {
      const auto date = when["date"].get<std::string>();
      if (date.size() == 10) {
        observation["effectiveDateTime"] = date;
      } else {
        observation["effectivePeriod"] = {{"start", date}, {"end", date}};
      }
      return;
    }
    if (!when.contains("start") && !when.contains("end")) return;
    Json& period = observation["effectivePeriod"] = Json::object();
    if (when.contains("start")) period["start"] = when["start"];
    if (when.contains("end")) {
      const bool differ =
          when.contains("start") && when["start"].get_ref<const std::string&>().size() !=
                                        when["end"].get_ref<const std::string&>().size();
      if (differ) {
        add_note(notes, "Until: " + when["end"].get<std::string>());
      } else {
        period["end"] = when["end"];
      }
    }
  }

  void add_unit(Json& quantity, const Wording& unit, bool given) const {
    if (!given) return;
    quantity["unit"] = unit.text;
    if (unit.term != nullptr) {
      quantity["system"] = "http://unitsofmeasure.org";
      quantity["code"] = unit.term->codings.front().code;
    }
  }

  void add_measured(Json& observation, Json& notes, const Json& answer, bool percentage) const {
    Wording unit;
    const bool given = answer.contains("unit") || percentage;
    if (answer.contains("unit")) {
      unit = wording(answer["unit"], TermField::unit);
    } else if (percentage) {
      const Term& percent = vocabulary_[Fixed::unit_percent];
      unit = {std::string(percent.codings.front().code), &percent};
    }
    const bool is_range =
        !answer.contains("value") && (answer.contains("low") || answer.contains("high"));
    if (!answer.contains("value") && !is_range) {
      if (answer.contains("text")) observation["valueString"] = answer["text"];
      return;
    }
    if (answer.contains("text"))
      add_note(notes, "Value as stated: " + answer["text"].get<std::string>());
    if (answer.contains("approximate")) {
      add_note(notes, std::string("The value is ") +
                          (answer["approximate"].get<bool>() ? "approximate." : "exact."));
    }
    if (!is_range) {
      Json& quantity = observation["valueQuantity"] = {{"value", answer["value"]}};
      if (answer.contains("comparator")) quantity["comparator"] = answer["comparator"];
      add_unit(quantity, unit, given);
      return;
    }
    Json& range = observation["valueRange"] = Json::object();
    for (const char* limit : {"low", "high"}) {
      if (!answer.contains(limit)) continue;
      range[limit]["value"] = answer[limit];
      add_unit(range[limit], unit, given);
    }
  }

  void add_reference_range(Json& observation, Json& notes, const Json& range) const {
    const auto sign = range.value("comparator", "");
    Json result = Json::object();
    const auto limit = [&](const char* name, const char* from) {
      if (!range.contains(from)) return;
      result[name]["value"] = range[from];
      if (range.contains("unit"))
        add_unit(result[name], wording(range["unit"], TermField::unit), true);
    };
    limit("low", sign.starts_with('>') ? "value" : "low");
    limit("high", sign.starts_with('<') ? "value" : "high");
    if (range.contains("text")) {
      result["text"] = range["text"];
    } else if (range.contains("value")) {
      result["text"] = sign + range["value"].dump();
    }
    if (range.contains("approximate")) add_note(notes, "The reference range is approximate.");
    observation["referenceRange"] = Json::array({result});
  }

  static void add_fact_notes(Json& notes, const Json& fact) {
    const auto each = [&](const char* member, auto&& take) {
      if (!fact.contains(member)) return;
      if (!fact[member].is_array()) return take(fact[member]);
      for (const Json& element : fact[member]) take(element);
    };
    if (fact.contains("text")) add_note(notes, fact["text"].get<std::string>());
    each("note", [&](const Json& text) { add_note(notes, text.get<std::string>()); });
    each("conflicts", [&](const Json& conflict) {
      const std::string text =
          conflict.is_string() ? conflict.get<std::string>() : conflict["text"].get<std::string>();
      add_note(notes, "Contradicting statement: " + text);
    });
  }

  Json base(const std::string& id, const Json& code, bool claims) const {
    Json observation = {
        {"resourceType", "Observation"}, {"id", id}, {"status", "final"}, {"code", code}};
    if (claims) observation["meta"]["profile"] = {kMarkerProfile};
    observation["category"] = Json::array({codeable(Fixed::category_laboratory)});
    observation["subject"]["reference"] = "Patient/" + id_of(case_id_ + kSeparator + "patient");
    return observation;
  }

  void finish(Json observation, Json notes, const Json& marker, bool carries) {
    if (carries && marker.contains("interpretation")) {
      const Wording interpretation = wording(marker["interpretation"], TermField::interpretation);
      observation["interpretation"] =
          Json::array({codeable(interpretation.term, interpretation.text)});
    }
    if (carries && marker.contains("reference_range"))
      add_reference_range(observation, notes, marker["reference_range"]);
    if (marker.contains("method")) {
      const Wording method = wording(marker["method"], TermField::marker_method);
      observation["method"] = codeable(method.term, method.text);
    }
    add_fact_notes(notes, marker);
    if (!notes.empty()) observation["note"] = std::move(notes);
    if (marker.contains("panel"))
      panels_[marker["panel"].get<std::string>()].push_back(observation["id"].get<std::string>());
    observations_.push_back(std::move(observation));
  }

  void add_coded(Json& observation, const Json& marker, const Way& way) const {
    if (!marker.contains(way.member)) {
      observation["valueCodeableConcept"] = codeable(Fixed::negative);
      return;
    }
    Wording answer = wording(marker[way.member], way.values);
    const bool negative = marker.value("state", "") == "negative" && &way == &kWays[0];
    if (negative && answer.term == nullptr) answer.term = &vocabulary_[Fixed::negative];
    observation["valueCodeableConcept"] = codeable(answer.term, answer.text);
  }

  void add_allred(Json& observation, const Json& allred) const {
    if (allred.contains("total")) {
      const Coding& unit = vocabulary_[Fixed::unit_score].codings.front();
      observation["valueQuantity"] = {{"value", allred["total"]},
                                      {"unit", unit.code},
                                      {"system", unit.system},
                                      {"code", unit.code}};
    }
    for (const char* part : {"proportion", "intensity"}) {
      if (!allred.contains(part)) continue;
      const std::string what = std::string("Allred ") + part + " score";
      observation["component"].push_back(
          {{"code", codeable(nullptr, what)}, {"valueInteger", allred[part]}});
    }
  }

  void map_absent(const Json& marker, const std::string& id, const Way& way) {
    const Wording name = wording(marker["marker"], TermField::marker);
    Json observation =
        base(derived_id(id, way.role), codeable(fitting(name.term), name.text), false);
    Json notes = Json::array();
    if (marker.contains("when")) add_time(observation, notes, marker["when"]);
    observation["dataAbsentReason"] = codeable(Fixed::absent_unknown);
    finish(std::move(observation), std::move(notes), marker, true);
  }

  void map_marker(const Json& marker) {
    const std::string id = marker_id(marker);
    const auto state = marker.value("state", "");
    if (state == "unknown")
      return map_absent(marker, id,
                        special_code(marker, kWays[0]) != nullptr ? kWays[0] : kWays[7]);
    const auto reported = [&](const Way& way) {
      return marker.contains(way.member) || (&way == &kWays[0] && state == "negative");
    };
    const Way* carrier = nullptr;
    for (const Way& way : kWays) {
      if (reported(way) && (carrier == nullptr || way.rank < carrier->rank)) carrier = &way;
    }
    if (carrier == nullptr) return map_absent(marker, id, kWays[7]);
    for (const Way& way : kWays) {
      if (!reported(way)) continue;
      const bool is_allred = way.field == TermField::marker_allred;
      const bool is_coded = way.values != TermField::none;
      bool claims = true;
      if (is_allred) claims = marker[way.member].contains("total");
      if (!is_allred && !is_coded) {
        const Json& answer = marker[way.member];
        claims = answer.contains("value") || !(answer.contains("low") || answer.contains("high"));
      }
      Json observation = base(derived_id(id, way.role), code(marker, way), claims);
      Json notes = Json::array();
      if (marker.contains("when")) add_time(observation, notes, marker["when"]);
      if (is_coded) {
        add_coded(observation, marker, way);
      } else if (is_allred) {
        add_allred(observation, marker[way.member]);
      } else {
        add_measured(observation, notes, marker[way.member],
                     way.field == TermField::marker_percent);
      }
      finish(std::move(observation), std::move(notes), marker, &way == carrier);
    }
  }

  void map_panels() {
    for (const Json& marker : record_["markers"]) {
      if (!marker.contains("panel")) continue;
      const auto name = marker["panel"].get<std::string>();
      const auto found = panels_.find(name);
      if (found == panels_.end()) continue;
      Json observation = base(derived_id("marker-panel", name),
                              codeable(nullptr, "Tumor marker panel: " + name), false);
      Json notes = Json::array();
      const bool shared =
          std::all_of(record_["markers"].begin(), record_["markers"].end(), [&](const Json& other) {
            return other.value("panel", "") != name ||
                   other.value("when", Json()) == marker.value("when", Json());
          });
      if (shared && marker.contains("when")) add_time(observation, notes, marker["when"]);
      for (const std::string& member : found->second) {
        observation["hasMember"].push_back({{"reference", "Observation/" + member}});
      }
      if (!notes.empty()) observation["note"] = std::move(notes);
      observations_.push_back(std::move(observation));
      panels_.erase(found);
    }
  }

  const Json& record_;
  const Terms& terms_;
  const Vocabulary& vocabulary_;
  const IdMaker& ids_;
  const std::string case_id_;
  std::map<std::string, int> seen_;
  std::map<std::string, std::vector<std::string>> panels_;
  Json observations_ = Json::array();
};

}  // namespace

Json marker_record(const Json& record) {
  if (!record.contains("markers")) return nullptr;
  Json result = {{"case_id", record["case_id"]}, {"markers", record["markers"]}};
  for (Json& marker : result["markers"]) {
    for (const char* reference : {"specimen", "condition", "source"}) marker.erase(reference);
    if (!marker.contains("conflicts")) continue;
    Json& conflicts = marker["conflicts"];
    if (conflicts.is_object()) conflicts.erase("source");
    if (!conflicts.is_array()) continue;
    for (Json& conflict : conflicts) {
      if (conflict.is_object()) conflict.erase("source");
    }
  }
  return result;
}

Json map_markers_by_tree(const Json& record, const Terms& terms, const Vocabulary& vocabulary,
                         const IdMaker& ids) {
  return MarkerMapper(record, terms, vocabulary, ids).run();
}

}  // namespace oncobridge::bench
