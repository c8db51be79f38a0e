// Mapping: what a mapper needs to turn facts of one record into resources: the record, the codes,
// the ids, and typed writing. Everything written through it is marked as used; what no mapper
// writes ends in the coverage report. One Mapping belongs to one worker and is reused from record
// to record.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "converters/lifetime.h"
#include "converters/natural_key.h"
#include "converters/terms.h"
#include "converters/vocabulary.h"
#include "oncobridge/fhir/bundle_writer.h"
#include "oncobridge/record/record_reader.h"

namespace oncobridge {

struct MapOptions {
  std::string recorded;    // FHIR instant of Provenance.recorded; empty: data-absent-reason
  bool narrative = false;  // write `text` of every resource
};

// A remark on the quality of the source that a person should see, e.g. contradictory TNM prefixes.
struct QualityFlag {
  std::string_view rule;  // key, listed in docs/rules.md
  Leaf leaf;              // the value in question
};

// How an element takes a time.
enum class TimeRule {
  any,          // dateTime or Period at any precision
  day,          // us-core-1: less exact than a day becomes a Period
  date_only,    // the element has no Period: a period becomes a note
  period_only,  // RadiotherapyCourseSummary
};

class Mapping {
 public:
  Mapping(const Terms& terms, const Vocabulary& vocabulary, const IdMaker& ids,
          const MapOptions& options, BundleWriter& bundle)
      : terms_(terms),
        vocabulary_(vocabulary),
        options_(options),
        ids_(ids),
        bundle_(bundle),
        json_(bundle.json()) {}

  void start(const CaseRecord& record, LeafIndex& leaves);

  const CaseRecord& record() const { return *record_; }
  const Terms& terms() const { return terms_; }
  const Term& fixed(Fixed which) const { return vocabulary_[which]; }
  const MapOptions& options() const { return options_; }
  JsonWriter& json() { return json_; }
  const std::vector<QualityFlag>& flags() const { return flags_; }

  // ---- use of facts

  void use(Leaf leaf) {
    if (leaf != 0) leaves_->used[leaf - 1] |= LeafIndex::kUsed;
  }
  template <typename T>
  const T& use(const T& value) {
    use(value.leaf);
    return value;
  }
  // As use(), for a wording written with the codings of `term`; null: in words only.
  const Concept& coded(const Concept& value, const Term* term) {
    term != nullptr ? coded(value.leaf) : use(value.leaf);
    return value;
  }
  void coded(Leaf leaf) {
    if (leaf != 0) leaves_->used[leaf - 1] |= LeafIndex::kUsed | LeafIndex::kCoded;
  }
  // A fact's state; a mapper must ask before it writes the fact: a negative or unknown fact whose
  // state was not asked for is a bug that begin() catches.
  State state(const Fact& fact) {
    use(fact.state);
    return fact.state.value == State::not_given ? State::known : fact.state.value;
  }
  // Once for each rule and value, however many resources the fact has.
  void flag(std::string_view rule, Leaf leaf) { remark({rule, leaf}); }
  // A flag on values that cannot all be true and are written as stated, and a sentence that says so
  // to the reader of the open resource.
  void contradiction(std::string_view rule, Leaf leaf, std::string_view sentence) {
    note({}, sentence, 0);
    remark({rule, leaf});
  }

  // ---- resources

  // Opens a resource for a fact. `profile` is the last part of an mCODE profile's URL, e.g.
  // `mcode-tumor-size`, and is only given where the profile is truly met; empty: no claim.
  void begin(ResourceType type, std::string_view id, const Fact& fact,
             std::string_view profile = {});
  // Writes the notes collected since begin(), then closes the resource. Where a fact has several
  // resources, only those that end with `Remarks::of_fact` repeat the fact's own wording, notes and
  // conflicts.
  enum class Remarks { of_fact, none };
  void end(Remarks remarks = Remarks::of_fact);
  // The main resource of a fact has the fact's id; further ones have derived ids. The view is valid
  // until the next call.
  std::string_view derived_id(const Fact& fact, std::string_view role);
  std::string_view patient_id() const { return view(patient_id_); }

  // ---- notes: collected while a resource is written, `"note":[{"text":...}]` at its end. Types
  // without a note element (Patient, BodyStructure, DiagnosticReport, Provenance, Group) drop them
  // unused.

  void note(std::string_view prefix, const Text& text) {
    if (text) notes_.push_back({prefix, text.value, text.leaf, {}});
  }
  // Nothing if there is neither a text nor a value that it stands for.
  void note(std::string_view prefix, std::string_view text, Leaf leaf) {
    if (leaf != 0 || !text.empty()) notes_.push_back({prefix, text, leaf, {}});
  }
  void note(std::string_view prefix, const Whole& number) {
    if (number) notes_.push_back({prefix, {}, number.leaf, number});
  }
  void note(std::string_view prefix, const Concept& value) {
    if (value) notes_.push_back({prefix, value.text, value.leaf, {}});
  }
  // The contradicting statement and where it stands, in one note.
  void note(std::string_view prefix, const Conflict& conflict) {
    notes_.push_back({prefix, conflict.text.value, conflict.text.leaf, {}, &conflict});
  }

  // ---- narrative: what a person reads of the resource, an item for each call. The elements below
  // tell their wordings, values and times themselves, categories and references nothing. Does
  // nothing unless narratives are wanted.

  void tell(std::initializer_list<std::string_view> parts) {
    if (options_.narrative) add_to_narrative(parts);
  }

  // ---- elements

  // CodeableConcept: the codings of the term and the source's wording as text.
  void codeable(std::string_view name, const Concept& value);
  // The codings that the wording has in another field, e.g. a metastatic site as a disorder; the
  // text stays the wording. Falls back to text only.
  void codeable(std::string_view name, const Term* term, std::string_view text);
  void codeable_as(std::string_view name, const Term* term, const Concept& value) {
    codeable(name, term, coded(value, term).text);
  }
  void code(std::string_view name, Fixed which) { codeable(name, &fixed(which), {}); }
  // As an element of an open array.
  void codeable_element(const Concept& value);
  void codeable_element(const Term* term, std::string_view text);
  // `"name":[{...}]` with one element.
  void codeable_list(std::string_view name, const Concept& value);
  void code_list(std::string_view name, Fixed which);  // of categories: not told

  void status(std::string_view value);
  void subject(std::string_view name = "subject") {
    reference(name, ResourceType::Patient, patient_id());
  }
  void reference(std::string_view name, ResourceType type, std::string_view id) {
    bundle_.reference(name, type, id);
  }
  // To the main resource of the fact referred to; marks the reference as used.
  void reference(std::string_view name, const Ref& ref);
  void reference_element(ResourceType type, std::string_view id);
  void reference_element(const Ref& ref);
  // `"name":[{"reference":...}]`
  void reference_list(std::string_view name, const Ref& ref);
  void reference_list(std::string_view name, const List<Ref>& refs);
  // The conditions that a treatment is for, as the record states them; none is assumed.
  void reason(const List<Ref>& conditions) { reference_list("reasonReference", conditions); }

  // unit, system and code of an open Quantity.
  void unit(const Concept& unit);
  // Quantity; the approximate flag and the wording become notes. A range is written by range().
  void quantity(std::string_view name, const Quantity& value);
  // A reversed range (rng-2) becomes notes.
  void range(std::string_view name, const Quantity& value);
  // `value[x]`: Quantity, Range or, with a wording only, string.
  void value_quantity_or_range(const Quantity& value);
  // For CodeableConcept bodySite elements with laterality and location qualifiers as extensions.
  void site_list(std::string_view name, const Site& site);
  void site_object(const Site& site);  // the CodeableConcept itself
  // `prefix`DateTime, `prefix`Period; ages and words become notes.
  void time(std::string_view prefix, const When& when, TimeRule rule = TimeRule::any);
  // onset[x] and abatement[x] of Condition: dateTime, Period, Age or string.
  void condition_time(std::string_view prefix, const When& when);
  void date(std::string_view name, const Date& date) {
    if (!date) return;
    if (lifetime_) check_lifetime({date, {}, {}, {}, {}});
    json_.plain(name, use(date).text);
  }
  void text(std::string_view name, const Text& value) {
    if (!value) return;
    json_.string(name, use(value).value);
    tell({value.value});
  }
  void integer(std::string_view name, const Whole& value);
  // An extension element: call between open_array("extension") and close_array.
  void extension_codeable(std::string_view url, const Concept& value);
  void extension_codeable(std::string_view url, const Term* term, std::string_view text);
  // The members of an open Reference that the source leaves open.
  void reference_not_stated();
  // {"extension":[{"url":data-absent-reason,"valueCode":reason}]} under `name`.
  void data_absent(std::string_view name, std::string_view reason);

  // What has been written for this record, for Provenance.
  struct Written {
    ResourceType type;
    UuidText id;
    const Fact* fact;
  };
  const std::vector<Written>& written() const { return written_; }
  // Empty space of a mapper that has to sort; valid until the next call.
  struct Entry {
    std::string_view name;
    const Fact* fact;
    std::uint32_t index;
    std::uint32_t next = 0;
  };
  std::vector<Entry>& scratch() { return scratch_.clear(), scratch_; }
  BundleWriter& bundle() { return bundle_; }
  FactIds& ids() { return ids_; }

  // The FHIR type of a fact's main resource by the name of its shape.
  static ResourceType type_of(const Fact& fact);
  // Whether the fact's main resource is one that a reference to the fact may point at. Explicitly
  // unknown conditions, "no metastases" without a site and tumours as causes of death are
  // Observations under derived ids,
  // specimens and lesions that are not there or not known have no resource: references to them are
  // not written and stay unused.
  static bool can_be_referred_to(const Fact& fact);

 private:
  struct Note {
    std::string_view prefix;
    std::string_view text;
    Leaf leaf;
    Whole number;  // in place of the text
    const Conflict* conflict = nullptr;
  };
  void write_conflict(const Conflict& conflict, std::string_view prefix);
  void fact_notes(const Fact& fact);
  void remark(const QualityFlag& flag);
  // Flags a time before the patient's birth, or after the death for what the dead do not receive.
  void check_lifetime(const When& when);
  bool ends_with_death() const;
  void add_to_narrative(std::initializer_list<std::string_view> parts);
  void write_narrative();

  const Terms& terms_;
  const Vocabulary& vocabulary_;
  const MapOptions& options_;
  FactIds ids_;
  BundleWriter& bundle_;
  JsonWriter& json_;
  const CaseRecord* record_ = nullptr;
  LeafIndex* leaves_ = nullptr;
  UuidText patient_id_{};
  UuidText derived_id_{};
  std::vector<Note> notes_;
  std::vector<Written> written_;
  std::vector<Entry> scratch_;
  std::vector<QualityFlag> flags_;
  const Fact* fact_ = nullptr;
  ResourceType type_{};
  std::string_view status_;  // of the open resource
  Lifetime lifetime_;
  std::string narrative_;  // XHTML of the open resource
};

// A period that FHIR's per-1 refuses: dates compare by the precision that both have.
bool ends_before_start(const When& when);
// Whether Mapping::time writes an element, and Mapping::condition_time.
bool has_time(const When& when);
bool has_condition_time(const When& when);
// A coded unit of time, as FHIR demands of Age (age-1) and Duration (drt-1).
bool is_time_unit(const Concept& unit);
// A range that FHIR's rng-2 refuses.
bool high_below_low(const Quantity& range);

// Whether a condition is written as a Condition. One of which it is unknown whether it is there is
// not, nor is a cause of death that is unknown, denied, or a tumour of the record.
bool has_condition(const OtherCondition& condition);

inline constexpr std::string_view kMcodeBase = "http://hl7.org/fhir/us/mcode/StructureDefinition/";
inline constexpr std::string_view kFhirBase = "http://hl7.org/fhir/StructureDefinition/";

}  // namespace oncobridge
