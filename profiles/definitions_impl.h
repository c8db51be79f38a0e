// What stands behind Definitions: the store while it is filled, what is compiled from it
// afterwards.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "oncobridge/profile/validator.h"
#include "profiles/compiled_definitions.h"
#include "profiles/definition_store.h"
#include "profiles/package_reader.h"

namespace oncobridge {

struct Definitions::Impl {
  profiles::DefinitionStore store;
  profiles::PackageReader reader{store};
  profiles::LooseResources loose;  // what is no definition and is judged against all the same

  // The first call ends the filling of the store.
  profiles::CompiledDefinitions& compiled() {
    std::call_once(once_, [this] {
      compiled_ = std::make_unique<profiles::CompiledDefinitions>(store, loose);
    });
    return *compiled_;
  }

 private:
  std::once_flag once_;
  std::unique_ptr<profiles::CompiledDefinitions> compiled_;
};

}  // namespace oncobridge
