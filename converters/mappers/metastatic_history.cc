// History of metastatic cancer -> mCODE HistoryOfMetastaticCancer: true, false, or unknown.
#include "converters/mappers/condition_parts.h"
#include "converters/mappers/mappers.h"

namespace oncobridge {
namespace {

// "No metastatic cancer ever" beside a known metastasis: one of the two is wrong, and `false` would
// be read as the patient's history. Left out, flagged, and reported as unused.
bool is_denied_by_record(const CaseRecord& record, const MetastaticHistory& history) {
  if (!history.fact.negative() || history.site || history.when) return false;
  for (const Metastasis& metastasis : record.metastases) {
    if (!metastasis.fact.unknown() && !is_refuted(metastasis.fact, metastasis.verification))
      return true;
  }
  return false;
}

// The general code may carry a known history at any site; denying it would deny every site.
void history_code(Mapping& m, const MetastaticHistory& history, State state) {
  const Term* term = history.site.term;
  if (term == nullptr && (!history.site || state == State::known)) {
    term = &m.fixed(Fixed::history_of_metastatic_cancer);
  }
  if (!history.site) return m.codeable("code", term, {});
  JsonWriter& json = m.json();
  json.key("code");
  json.begin_object();
  if (term != nullptr) json.raw("coding", term->codings_json);
  json.string("text",
              "History of metastatic cancer: ", m.coded(history.site, history.site.term).text);
  m.tell({"History of metastatic cancer: ", history.site.text});
  json.end_object();
}

}  // namespace

void map_metastatic_history(Mapping& m) {
  for (const MetastaticHistory& history : m.record().metastatic_history) {
    if (is_denied_by_record(m.record(), history)) {
      m.flag("metastatic-history-denied-by-metastasis", history.fact.state.leaf);
      continue;
    }
    const State state = m.state(history.fact);
    m.begin(ResourceType::Observation, history.fact.id(), history.fact,
            state == State::unknown ? std::string_view{} : "mcode-history-of-metastatic-cancer");
    m.status("final");
    m.code_list("category", Fixed::category_social_history);
    history_code(m, history, state);
    m.subject();
    m.time("effective", history.when);
    if (state == State::unknown) {
      m.code("dataAbsentReason", Fixed::absent_unknown);
    } else {
      m.json().boolean("valueBoolean", state == State::known);
    }
    m.end();
  }
}

}  // namespace oncobridge
