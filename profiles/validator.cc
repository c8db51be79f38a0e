#include "oncobridge/profile/validator.h"

#include "profiles/definitions_impl.h"
#include "profiles/judge.h"

namespace oncobridge {

struct Validator::Impl {
  profiles::Judge judge;
};

Validator::Validator(const Definitions& definitions, ValidatorOptions options)
    : impl_(new Impl{profiles::Judge(definitions.impl().compiled(), std::move(options))}) {}
Validator::~Validator() = default;

Verdict Validator::decide(std::string_view source) { return impl_->judge.run(source, false); }
Verdict Validator::judge(std::string_view source) { return impl_->judge.run(source, true); }
const std::vector<Issue>& Validator::issues() const { return impl_->judge.issues(); }
std::string_view Validator::resource_name() const { return impl_->judge.resource_name(); }
const std::vector<std::string_view>& Validator::not_checked() const {
  return impl_->judge.not_checked();
}

}  // namespace oncobridge
