// What the laboratory Observations of mCODE share (TumorMarkerTest, HistologicGrade,
// HistologicBehavior- AndType, TumorMorphology): category, code, patient, time, related condition,
// specimen. And whether what a fact refers to is in the bundle and meets the profile that the
// reference demands.
#pragma once

#include "converters/mapping.h"

namespace oncobridge {

// The references and the time of a laboratory finding.
struct LabFinding {
  const Fact& fact;
  const Ref& condition;
  const Ref& specimen;
  const When& when;
};

// An Observation's code: a term and the wording, to which `suffix` adds what was measured of it.
struct LabCode {
  const Term* term;
  std::string_view text;
  std::string_view suffix;
};

// Whether the fact referred to has a resource.
inline bool stands(const Ref& ref) { return ref && Mapping::can_be_referred_to(*ref.target); }
// Whether the reference may stand where mCODE demands a HumanSpecimen or nothing.
bool specimen_fits(const Ref& specimen);

// Opens the Observation up to its time. us-core-1 holds for all of them.
void begin_lab(Mapping& m, const LabFinding& finding, std::string_view id, std::string_view profile,
               const LabCode& code);
// Writes the specimen and ends the Observation.
void end_lab(Mapping& m, const LabFinding& finding);
// mCODE's related-condition extension as the only extension of the resource.
void related_condition(Mapping& m, const Ref& condition);

// One string element made of several texts, for types that have no `note`. Writes nothing if empty.
class JoinedText {
 public:
  JoinedText(Mapping& m, std::string_view name) : m_(m), name_(name) {}
  void add(std::string_view prefix, std::string_view text, Leaf leaf);
  void add(std::string_view prefix, const Text& text) { add(prefix, text.value, text.leaf); }
  void add(std::string_view prefix, const Concept& value) { add(prefix, value.text, value.leaf); }
  // The fact's wording, notes and contradicting statements.
  void add(const Fact& fact);
  void close();

 private:
  Mapping& m_;
  std::string_view name_;
  bool open_ = false;
};

}  // namespace oncobridge
