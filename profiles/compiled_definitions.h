// Everything a judge judges against, made from a complete DefinitionStore. Shared by all threads.
#pragma once

#include <memory>
#include <vector>

#include "profiles/check_compiler.h"
#include "profiles/definition_store.h"
#include "profiles/loose_resources.h"
#include "profiles/profile_schema.h"
#include "profiles/questionnaire.h"
#include "profiles/schema.h"
#include "profiles/terminology.h"
#include "profiles/ucum.h"

namespace oncobridge::profiles {

class CompiledDefinitions {
 public:
  CompiledDefinitions(const DefinitionStore& store, const LooseResources& loose)
      : loose_(loose),
        schema_(store,
                [this](const StructureDefinition& structure, const ElementDefinition& element) {
                  return keep(checks_.make(structure, element, nullptr, nullptr));
                }),
        snapshots_(store),
        profiles_(schema_, checks_, snapshots_),
        terminology_(store, ucum_),
        questionnaires_(loose, schema_.names(), terminology_) {
    checks_.set_schema(schema_);
  }

  const Schema& schema() const { return schema_; }
  const DefinitionStore& store() const { return schema_.store(); }
  ProfileSet& profiles() { return profiles_; }
  const Ucum& ucum() const { return ucum_; }
  const LooseResources& loose() const { return loose_; }
  const QuestionnaireSet& questionnaires() const { return questionnaires_; }
  const Terminology& terminology() const { return terminology_; }

 private:
  const Checks* keep(std::unique_ptr<Checks> checks) {  // the schema holds its lock meanwhile
    if (checks == nullptr) return nullptr;
    return kept_.emplace_back(std::move(checks)).get();
  }

  const LooseResources& loose_;
  Ucum ucum_;
  CheckCompiler checks_;
  std::vector<std::unique_ptr<Checks>> kept_;
  Schema schema_;
  SnapshotCache snapshots_;
  ProfileSet profiles_;
  Terminology terminology_;
  QuestionnaireSet questionnaires_;
};

}  // namespace oncobridge::profiles
