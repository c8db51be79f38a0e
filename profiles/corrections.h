// The table of known faults in published definitions, profiles/definitions/corrections.txt: what is
// wrong, what it should be, and why. Applied by the refresher to what is shipped and by the package
// reader to what is added, because profiles copy the faults of their bases. Immutable once made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "profiles/definition.h"

namespace oncobridge::profiles {

class Corrections {
 public:
  // Lines that are no correction are passed over; see the head of the file for its form.
  explicit Corrections(std::string_view text);

  void apply(StructureDefinition& structure) const;
  std::size_t size() const { return types_.size() + expressions_.size() + bindings_.size(); }

 private:
  struct TypeCorrection {
    StructureKind kind = StructureKind::kResource;
    std::string path;  // `*.id`: `*` stands for one name
    std::string from;
    std::string to;
  };
  struct ExpressionCorrection {
    std::string key;
    std::string from;
    std::string to;
  };
  struct BindingCorrection {
    std::string url;  // of the value set
    BindingStrength from = BindingStrength::kRequired;
    BindingStrength to = BindingStrength::kExtensible;
  };
  void apply(StructureKind kind, ElementDefinition& element) const;

  std::vector<TypeCorrection> types_;
  std::vector<ExpressionCorrection> expressions_;
  std::vector<BindingCorrection> bindings_;
};

}  // namespace oncobridge::profiles
