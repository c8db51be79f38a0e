#include "profiles/definitions_impl.h"

#include "profiles/soundness.h"

namespace oncobridge {

Definitions::Definitions() : impl_(std::make_unique<Impl>()) {
  impl_->reader.on_other([this](std::string_view type, std::string_view bytes) {
    (void)impl_->loose.add(type, bytes);  // read once already: it can be read
    return profiles::LooseResources::takes(type);
  });
}
Definitions::~Definitions() = default;

std::unique_ptr<Definitions> Definitions::shipped() {
  std::unique_ptr<Definitions> definitions(new Definitions());
  definitions->impl_->store.add_shipped();
  return definitions;
}

Result<void> Definitions::add_package(std::string_view name_and_version,
                                      std::string_view cache_folder) {
  return impl_->reader.add_package(name_and_version, cache_folder);
}

Result<void> Definitions::add_path(const std::string& path) { return impl_->reader.add_path(path); }

Result<void> Definitions::add_definition(std::string_view bytes, const std::string& name) {
  return impl_->reader.add_definition(bytes, name);
}

Result<void> Definitions::add_questionnaire(std::string_view bytes) {
  return impl_->loose.add("Questionnaire", bytes);
}

const std::vector<MissingPackage>& Definitions::missing() const { return impl_->reader.missing(); }

const std::vector<Fault>& Definitions::faults() const { return impl_->reader.faults(); }

std::vector<Fault> Definitions::doubts() const { return impl_->reader.doubts(); }

std::string Definitions::broken_file(std::string_view canonical) const {
  return impl_->reader.broken_file(canonical);
}

Result<void> Definitions::check_profile(std::string_view canonical) const {
  const auto found = impl_->compiled().profiles().find(canonical, profiles::ProfileForm::kFull);
  if (!found) {
    Fault broken = found.error();
    broken.message = std::string(profiles::without_url(broken.message, canonical));
    return tl::unexpected(std::move(broken));
  }
  if (*found != nullptr) return {};
  return fault("profile-unknown", std::string(canonical) + " is not among the definitions");
}

bool Definitions::is_resource_type(std::string_view name) const {
  const profiles::Type* const type = impl_->compiled().schema().type(name);
  return type != nullptr && type->is_resource() && !type->abstract;
}

std::string Definitions::canonical_of(std::string_view name) const {
  const profiles::DefinitionStore& store = impl_->store;
  if (store.find_structure(name) != nullptr) return std::string(name);
  // `us-core-patient|6.1.0`
  const auto [word, version, fragment] = profiles::split_canonical(name);
  for (const profiles::DefinitionEntry& entry : store.list()) {
    if (entry.kind != profiles::DefinitionKind::kStructure) continue;
    if (entry.name != word && entry.url.substr(entry.url.rfind('/') + 1) != word) continue;
    const std::string canonical = std::string(entry.url).append(name.substr(word.size()));
    if (version.empty() || store.find_structure(canonical) != nullptr) return canonical;
  }
  return {};
}

}  // namespace oncobridge
