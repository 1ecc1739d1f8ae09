#include "core/store/memory_budget.h"

#include <sqlite3.h>

namespace trocar {
namespace {

struct Account {
    std::int64_t left = 0;
    bool open = false;
    bool exhausted = false;
};
thread_local Account account;

sqlite3_mem_methods beneath{};  ///< written once by install(), before SQLite starts

bool refused(std::int64_t bytes) {
    if (!account.open || bytes <= account.left) {
        return false;
    }
    account.exhausted = true;
    return true;
}

void* counted_malloc(int bytes) {
    if (refused(bytes)) {
        return nullptr;
    }
    void* memory = beneath.xMalloc(bytes);
    account.left -= memory == nullptr ? 0 : beneath.xSize(memory);
    return memory;
}

void counted_free(void* memory) {
    account.left += memory == nullptr ? 0 : beneath.xSize(memory);
    beneath.xFree(memory);
}

void* counted_realloc(void* memory, int bytes) {
    const int before = beneath.xSize(memory);
    if (refused(std::int64_t{bytes} - before)) {
        return nullptr;
    }
    void* moved = beneath.xRealloc(memory, bytes);
    account.left -= moved == nullptr ? 0 : std::int64_t{beneath.xSize(moved)} - before;
    return moved;
}

bool put_beneath_sqlite() {
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &beneath) != SQLITE_OK) {
        return false;
    }
    sqlite3_mem_methods counting = beneath;
    counting.xMalloc = counted_malloc;
    counting.xFree = counted_free;
    counting.xRealloc = counted_realloc;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &counting) == SQLITE_OK;
}

}  // namespace

MemoryBudget::MemoryBudget(std::int64_t bytes) { account = {bytes, true, false}; }

MemoryBudget::~MemoryBudget() { account = {}; }

bool MemoryBudget::install() {
    static const bool counting = put_beneath_sqlite();
    return counting;
}

bool MemoryBudget::exhausted() const { return account.exhausted; }

}  // namespace trocar
