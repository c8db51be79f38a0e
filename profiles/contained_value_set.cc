#include "profiles/contained_value_set.h"

#include "profiles/definition_members.h"
#include "profiles/terms_reader.h"

namespace oncobridge::profiles {

ValueSet contained_value_set(const NameTable& table, const Tape& tape, NodeId root) {
  ValueSet read;
  read_value_set(Members(table), tape, root, read);
  return read;
}

}  // namespace oncobridge::profiles
