#include "converters/mappers/marker_code.h"

#include <algorithm>

#include "converters/mappers/condition_parts.h"
#include "converters/measure.h"
#include "converters/technique.h"
#include "oncobridge/base/text.h"

namespace oncobridge {
namespace {

// ---- the organ

// Whether the marker was tested on a breast cancer: its own tumour, or else every primary of the
// record.
bool on_breast_cancer(const Mapping& m, const Marker& marker) {
  const Fact* condition = marker.condition ? marker.condition.target : nullptr;
  if (condition != nullptr && condition->shape->name == "metastasis") {
    const Ref& primary = reinterpret_cast<const Metastasis*>(condition)->primary;
    condition = primary ? primary.target : nullptr;
  }
  if (condition != nullptr)
    return is_breast_tumor(m, *reinterpret_cast<const PrimaryTumor*>(condition));
  const List<PrimaryTumor>& tumors = m.record().primary_tumors;
  return !tumors.empty() &&
         std::all_of(tumors.begin(), tumors.end(),
                     [&](const PrimaryTumor& tumor) { return is_breast_tumor(m, tumor); });
}

// LOINC's codes "in Breast cancer specimen" say too much for any other tumour: the same test of any
// tissue, if the table has it.
const Term* of_organ(const Mapping& m, const Marker& marker, const Term* term) {
  if (term == nullptr || !term->names_breast || on_breast_cancer(m, marker)) return term;
  return m.terms().find(TermField::marker_tissue, term->codings.front().code);
}

// ---- the method

// How an answer was got, as far as the record says.
struct Method {
  bool stated;
  Techniques techniques;  // 0: none that is known
};

Techniques techniques_of(const Concept& method) {
  const Techniques found = techniques_in_words(method.text);
  if (found != 0 || method.term == nullptr) return found;
  return techniques_in_words(method.term->codings.front().display);
}

// A fact may have a score by immune stain and a ratio by hybridization, and one method: it is of
// those answers that it can give.
bool of_another_answer(const Marker& marker, const Way& way, Techniques stated) {
  if (way.techniques == 0 || stated == 0 || (way.techniques & stated) != 0) return false;
  return std::any_of(std::begin(kWays), std::end(kWays), [&](const Way& other) {
    return (other.techniques & stated) != 0 && reported(marker, other);
  });
}

// ---- the table's codes

const Term* find(const Mapping& m, TermField field, const Marker& marker) {
  const Term* term = marker.marker.term;
  if (term != nullptr) term = m.terms().find(field, term->wording);
  return term != nullptr ? term : m.terms().find(field, marker.marker.text);
}

// The marker as the table words it where one row speaks of marker and method together.
const Term* by_marker_and_method(const Mapping& m, const Marker& marker) {
  char wording[128];
  const std::string_view name = marker.marker.text;
  const std::string_view method = marker.method.text;
  if (!marker.method || name.size() + method.size() + 1 > sizeof(wording)) return nullptr;
  std::size_t size = name.copy(wording, name.size());
  wording[size++] = ' ';
  size += method.copy(wording + size, method.size());
  return m.terms().find(TermField::marker, {wording, size});
}

// The code of the same marker for the quantity that the unit is of, if the table has one.
const Term* by_unit(const Mapping& m, const Marker& marker, const Term* unit) {
  if (unit == nullptr || marker.marker.term == nullptr) return nullptr;
  const TermField field = unit->measure == Measure::mass        ? TermField::marker_mass
                          : unit->measure == Measure::substance ? TermField::marker_moles
                          : unit->measure == Measure::units     ? TermField::marker_units
                                                                : TermField::none;
  return m.terms().find(field, marker.marker.term->wording);
}

// ---- whether a code fits

// Whether the specimen, as far as it is known, is the fluid of the code's display.
bool is_of_fluid(const Term& code, const Ref& specimen) {
  if (!specimen) return true;
  const Concept& type = reinterpret_cast<const Specimen*>(specimen.target)->type;
  if (!type) return true;
  const std::string_view words =
      type.term != nullptr ? type.term->codings.front().display : type.text;
  if (contains_folded(code.codings.front().display, "in urine"))
    return contains_folded(words, "urine");
  return contains_folded(words, "serum") || contains_folded(words, "plasma") ||
         contains_folded(words, "blood");
}

enum class Obstacle { none, specimen, answer, unit, method };

class Question {
 public:
  Question(const Mapping& m, const Marker& marker, const Way& way, bool absent)
      : m_(m),
        marker_(marker),
        way_(way),
        absent_(absent),
        unit_(way.measured != nullptr && !absent ? (marker.*way.measured).unit.term : nullptr) {
    if (!marker.method) return;
    method_ = {true, techniques_of(marker.method)};
    of_method_ = !of_another_answer(marker, way, method_.techniques);
    if (!of_method_) method_ = {};
  }

  // Takes the first code that fits.
  void offer(const Term* term) {
    if (found_ != nullptr || term == nullptr) return;
    term = of_organ(m_, marker_, term);
    if (term == nullptr) return;
    const Obstacle obstacle = obstacle_of(*term);
    if (obstacle == Obstacle::none) found_ = term;
    // That a stain of what is measured in serum has no code is no contradiction, nor the reverse,
    // nor that another hybridization than FISH has none.
    const bool of_assay = term->techniques == 0 || term->techniques == technique::assay;
    if (obstacle == Obstacle::unit && other_unit_ == nullptr && of_assay) other_unit_ = term;
    const bool hybridized = term->techniques == technique::fish &&
                            (method_.techniques & technique::other_hybridization) != 0;
    if (obstacle == Obstacle::method && other_method_ == nullptr && method_.techniques != 0 &&
        term->techniques != technique::assay && !hybridized && is_usual(*term))
      other_method_ = term;
  }

  MarkerCode answer() const {
    const std::string_view name = marker_.marker.text;
    if (found_ != nullptr) {
      const bool any_stain = found_ == &any_stain_row();
      return {{found_, name, ""}, !any_stain, of_method_, nullptr, nullptr};
    }
    const Term* stain = other_unit_ == nullptr && is_any_stain() ? &any_stain_row() : nullptr;
    return {{stain, name, way_.suffix}, false, of_method_, other_unit_, other_method_};
  }

  const Term* unit() const { return unit_; }
  bool by_stain() const { return (method().techniques & technique::immune_stain) != 0; }

 private:
  const Term& any_stain_row() const { return m_.fixed(Fixed::immune_stain_study); }

  // The stated one, or the one that stands in the marker's name, or its code as the record gives
  // it.
  Method method() const {
    if (method_.stated) return method_;
    const std::string_view name = marker_.marker.text;
    const Term* term = marker_.marker.term;
    Techniques found = techniques_in_words(name);
    if (found == 0 && term != nullptr && m_.terms().find(TermField::marker, name) != term)
      found = term->techniques;
    return {false, found};
  }

  Obstacle obstacle_of(const Term& code) const {
    if (code.techniques == technique::assay && !is_of_fluid(code, marker_.specimen))
      return Obstacle::specimen;
    if (contradicted_by_unit(code)) return Obstacle::unit;
    if (!absent_ && !is_answered_so(code)) return Obstacle::answer;
    return agrees(code) ? Obstacle::none : Obstacle::method;
  }

  bool contradicted_by_unit(const Term& code) const {
    if (unit_ == nullptr) return false;
    const Measure unit = unit_->measure;
    const bool concentration =
        unit == Measure::mass || unit == Measure::substance || unit == Measure::units;
    const bool on_cells = code.techniques != 0 && code.techniques != technique::assay;
    return contradict(code.measure, unit) || (concentration && on_cells);
  }

  // A word is no concentration, a number no presence.
  bool is_answered_so(const Term& code) const {
    const bool words = code.measure == Measure::words;
    if (way_.measured != nullptr) {
      const Quantity& answer = marker_.*way_.measured;
      return !words || !(answer.value || answer.low || answer.high);
    }
    if (way_.coded == nullptr) return true;
    if (!words && code.measure != Measure::none) return false;
    return &way_ != &kResult || fits_result(code);
  }

  // Results in words of their own, where no term says what they mean.
  bool fits_result(const Term& code) const {
    if (marker_.result.term != nullptr || !marker_.result) return true;
    const std::string_view words = marker_.result.text;
    if (code.techniques == 0) return !speaks_of_gene_change(words);
    if (code.techniques != technique::immune_stain) return true;
    const bool number =
        std::any_of(words.begin(), words.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (by_stain() && !number) return true;
    // "Loss", "high": what is always stained was stained, whatever the words.
    const bool always_stained = find(m_, TermField::marker_stain, marker_) == nullptr;
    if (always_stained && !number)
      return !speaks_of_gene_change(words) && !contains_folded(words, "amplif");
    return speaks_of_staining(words);
  }

  bool agrees(const Term& code) const {
    if (code.techniques == 0) return true;
    const Method method = this->method();
    if (method.techniques != 0) return (code.techniques & method.techniques) != 0;
    // A clone or a kit that nobody knows contradicts nothing.
    return is_usual(code) || (method.stated && code.techniques == technique::assay);
  }

  // Whether the test is done by the code's technique where nobody says how.
  bool is_usual(const Term& code) const {
    if (code.techniques == technique::immune_stain)
      return way_.techniques == technique::immune_stain ||
             find(m_, TermField::marker_stain, marker_) == nullptr;
    if (code.techniques == technique::fish) return (way_.techniques & technique::fish) != 0;
    return true;
  }

  // Whether an answer without a code of its own is one of an immune stain.
  bool is_any_stain() const {
    if (way_.fallback != Fallback::immune_stain || contradicted_by_unit(any_stain_row()))
      return false;
    const Method method = this->method();
    if (method.techniques != 0) return (method.techniques & technique::immune_stain) != 0;
    if (way_.field == TermField::marker_allred) return true;  // a score of stains alone
    return is_stained() && find(m_, TermField::marker_stain, marker_) == nullptr;
  }

  // Whether a row of the marker is an immune stain.
  bool is_stained() const {
    const Term* const rows[] = {marker_.marker.term, find(m_, way_.field, marker_),
                                find(m_, TermField::marker_status, marker_)};
    return std::any_of(std::begin(rows), std::end(rows), [](const Term* row) {
      return row != nullptr && row->techniques == technique::immune_stain;
    });
  }

  const Mapping& m_;
  const Marker& marker_;
  const Way& way_;
  const bool absent_;
  const Term* const unit_;
  Method method_{};
  bool of_method_ = true;
  const Term* found_ = nullptr;
  const Term* other_unit_ = nullptr;
  const Term* other_method_ = nullptr;
};

void offer_special(const Mapping& m, const Marker& marker, const Way& way, Question& question) {
  if (way.field == TermField::marker) return;
  if (&way == &kResult) question.offer(by_marker_and_method(m, marker));
  question.offer(find(m, way.field, marker));
  if (&way == &kResult && question.by_stain())
    question.offer(find(m, TermField::marker_stain, marker));
}

}  // namespace

bool reported(const Marker& marker, const Way& way) {
  if (way.coded != nullptr && marker.*way.coded) return true;
  if (way.measured != nullptr && marker.*way.measured) return true;
  if (&way == &kResult) return marker.fact.negative();
  if (way.field != TermField::marker_allred) return false;
  return marker.allred.proportion || marker.allred.intensity || marker.allred.total;
}

MarkerCode code_of(const Mapping& m, const Marker& marker, const Way& way, bool absent) {
  Question question(m, marker, way, absent);
  offer_special(m, marker, way, question);
  if (way.fallback == Fallback::own) question.offer(marker.marker.term);
  question.offer(by_unit(m, marker, question.unit()));
  return question.answer();
}

bool has_result_code(const Mapping& m, const Marker& marker) {
  return of_organ(m, marker, by_marker_and_method(m, marker)) != nullptr ||
         of_organ(m, marker, find(m, TermField::marker_status, marker)) != nullptr;
}

}  // namespace oncobridge
