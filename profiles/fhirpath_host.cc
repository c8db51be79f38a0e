#include "profiles/fhirpath_host.h"

#include <chrono>

namespace oncobridge::profiles::fhirpath {

bool Host::resolve(const Place&, std::string_view, Place&) { return false; }
Truth Host::member_of(const Place&, std::string_view, std::string_view) { return Truth::kEmpty; }
Truth Host::conforms_to(const Place&, std::string_view) { return Truth::kEmpty; }
Truth Host::html_checks(const Place&) { return Truth::kEmpty; }
bool Host::variable(std::string_view, Item&) { return false; }

PartialTime Host::now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since);
  const auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(since - seconds);
  return date_time_of(seconds.count(), static_cast<std::uint32_t>(rest.count()), 0);
}

}  // namespace oncobridge::profiles::fhirpath
