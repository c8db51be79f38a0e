// The ways in which a marker is reported, and which LOINC code each answer takes. A code says more
// than the marker's name: a technique, a kind of answer, a specimen. It is written only where the
// record does not contradict it, and where it names a technique, only if the record's method
// agrees, or, without a method, if the test is always done so. Which codes:
// converters/terms/tumor_marker.csv; no marker is named here.
#pragma once

#include "converters/mappers/lab_observation.h"
#include "oncobridge/record/term.h"

namespace oncobridge {

// Which code an answer takes where the table has none for its kind.
enum class Fallback { own, immune_stain, words };

struct Way {
  std::string_view role;
  TermField field;
  Fallback fallback;
  std::string_view suffix;  // of the wording, where the code does not say what was measured
  int rank;  // the lowest of those reported carries the interpretation and the reference range
  Concept Marker::*coded;
  Quantity Marker::*measured;
  Techniques techniques;  // that give such an answer; 0: any
};

inline constexpr Techniques kInSitu = technique::fish | technique::other_hybridization;
inline constexpr Way kWays[] = {
    {"result", TermField::marker_status, Fallback::own, "", 8, &Marker::result, nullptr, 0},
    {"percent", TermField::marker_percent, Fallback::immune_stain, ", percentage of cells", 2,
     nullptr, &Marker::percent, 0},
    {"score", TermField::marker_score, Fallback::immune_stain, ", score", 6, &Marker::score,
     nullptr, technique::immune_stain},
    {"intensity", TermField::marker_intensity, Fallback::immune_stain, ", staining intensity", 7,
     &Marker::intensity, nullptr, technique::immune_stain},
    {"allred", TermField::marker_allred, Fallback::immune_stain, ", Allred score", 5, nullptr,
     nullptr, technique::immune_stain},
    {"ratio", TermField::marker_ratio, Fallback::words, ", ratio to the centromere", 3, nullptr,
     &Marker::ratio, kInSitu},
    {"copy-number", TermField::marker_copy_number, Fallback::words, ", gene copies per cell", 4,
     nullptr, &Marker::copy_number, kInSitu},
    {"value", TermField::marker, Fallback::own, "", 1, nullptr, &Marker::value, 0},
};
inline constexpr const Way& kResult = kWays[0];
inline constexpr const Way& kValue = std::end(kWays)[-1];

// A negative marker has a result even if nothing but its name is given.
bool reported(const Marker& marker, const Way& way);

struct MarkerCode {
  LabCode lab;
  bool names_marker;         // lab.term is a test of this marker, not any immune stain
  bool of_method;            // the stated method is, or may be, this answer's
  const Term* other_unit;    // left out: does not measure what the unit is a unit of
  const Term* other_method;  // left out: is of another technique than the stated one
};

// `absent`: there is no answer that a code could contradict.
MarkerCode code_of(const Mapping& m, const Marker& marker, const Way& way, bool absent);

// Whether the table has a code for the result that fits the marker.
bool has_result_code(const Mapping& m, const Marker& marker);

}  // namespace oncobridge
