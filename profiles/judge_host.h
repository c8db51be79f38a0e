// FHIRPath for a judge: its evaluator, and what expressions ask of the document and the
// definitions.
#pragma once

#include "profiles/fhirpath_eval.h"
#include "profiles/fhirpath_host.h"
#include "profiles/judge.h"
#include "profiles/native_invariants.h"

namespace oncobridge::profiles {

class JudgeHost final : public fhirpath::Host {
 public:
  explicit JudgeHost(Judge& judge);

  fhirpath::Document document() const;
  fhirpath::Evaluator& evaluator() { return evaluator_; }
  NativeInvariants& natives() { return natives_; }
  // Where value sets that cannot be decided are named, each once; null: nowhere.
  void note_undecided(std::vector<std::string>* names) { undecided_ = names; }
  // What an evaluation asked for since nothing_missing() and is not at hand; empty: nothing.
  void nothing_missing() { missing_ = {}; }
  std::string_view missing() const { return missing_; }
  // What `%extension` is; kNoNode: unknown.
  void set_extension(NodeId id) { extension_ = id; }

  bool resolve(const fhirpath::Place& from, std::string_view reference,
               fhirpath::Place& target) override;
  fhirpath::Truth member_of(const fhirpath::Place& element, std::string_view code,
                            std::string_view value_set) override;
  fhirpath::Truth conforms_to(const fhirpath::Place& element, std::string_view profile) override;
  fhirpath::Truth html_checks(const fhirpath::Place& div) override;
  bool variable(std::string_view name, fhirpath::Item& value) override;

 private:
  fhirpath::Truth decide(const fhirpath::Place& element, std::string_view code,
                         std::string_view value_set) const;

  std::vector<std::string>* undecided_ = nullptr;
  std::string_view missing_;
  Judge& judge_;
  fhirpath::Evaluator evaluator_;
  NativeInvariants natives_;
  fhirpath::Document document_;  // that the extension is in
  NodeId extension_ = kNoNode;
};

}  // namespace oncobridge::profiles
