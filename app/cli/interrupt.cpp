#include "app/cli/interrupt.h"

#include <atomic>

#ifdef _WIN32
#include <windows.h>
#else
#include <pthread.h>
#include <signal.h>
#include <unistd.h>
#endif

namespace trocar::cli {

#ifdef _WIN32

namespace {
std::atomic<std::stop_source*> g_source{nullptr};
BOOL WINAPI on_control(DWORD) {
    std::stop_source* source = g_source.load();
    return source != nullptr && source->request_stop() ? TRUE : FALSE;  // the second one takes the default: end
}
}  // namespace

Interrupt::Interrupt() {
    g_source.store(&source_);
    SetConsoleCtrlHandler(on_control, TRUE);
}

Interrupt::~Interrupt() {
    SetConsoleCtrlHandler(on_control, FALSE);
    g_source.store(nullptr);
}

#else

namespace {
constexpr int kCancelled = 130;
sigset_t listened() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGUSR2);  // our own: the program is done, stop listening
    return set;
}
}  // namespace

Interrupt::Interrupt() {
    const sigset_t set = listened();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    listener_ = std::thread([source = source_]() mutable {
        const sigset_t wanted = listened();
        for (int number = 0; sigwait(&wanted, &number) == 0 && number != SIGUSR2;) {
            if (!source.request_stop()) {
                _exit(kCancelled);  // asked twice: a case survives a kill at any moment
            }
        }
    });
}

Interrupt::~Interrupt() {
    pthread_kill(listener_.native_handle(), SIGUSR2);
    listener_.join();
}

#endif

}  // namespace trocar::cli
