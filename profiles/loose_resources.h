// Resources that packages and files bring beside definitions and that instances are judged against:
// questionnaires, measures, search parameters, and the profiles that an implementation guide
// demands of a type everywhere. Filled before the first judge is made, shared by all threads
// afterwards.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/base/result.h"

namespace oncobridge::profiles {

struct GlobalProfile {  // ImplementationGuide.global
  std::string type;
  std::string profile;
};

struct LooseQuestionnaire {
  std::string url;
  std::string version;
  std::string bytes;  // the resource as it was read
};

struct LooseMeasure {
  std::string url;
  std::string version;
  std::string bytes;
};

struct LooseSearchParameter {
  std::string url;
  std::string version;
  std::string type;
  std::string bases;  // with commas
  std::string expression;
};

struct LooseResources {
  std::vector<GlobalProfile> global_profiles;
  std::vector<std::unique_ptr<LooseQuestionnaire>> questionnaires;
  std::vector<std::unique_ptr<LooseMeasure>> measures;
  std::vector<std::unique_ptr<LooseSearchParameter>> search_parameters;

  // Whether something is judged against resources of this type.
  static bool takes(std::string_view type);
  // Takes a resource of one of the types it knows; others are left alone. Fault rule:
  // definition-broken.
  Result<void> add(std::string_view type, std::string_view bytes);
  // By `url` or `url|version`, the latest added first; null if there is none.
  const LooseQuestionnaire* find_questionnaire(std::string_view canonical) const;
  const LooseMeasure* find_measure(std::string_view canonical) const;
  const LooseSearchParameter* find_search_parameter(std::string_view canonical) const;
};

}  // namespace oncobridge::profiles
