#include "importers/windows_event/sysmon_flags.h"

#include <QTest>

#include "core/base/windows_path.h"
#include "core/model/signal.h"

using namespace trocar;
using namespace trocar::signal_flag;
using namespace trocar::windows_flag;

// Texts are made, in the shape that Sysmon 10 to 15 writes.
class SysmonFlagsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void callTrace_data() {
        QTest::addColumn<QByteArray>("trace");
        QTest::addColumn<uint>("flags");
        QTest::newRow("ordinary") << QByteArray("C:\\Windows\\SYSTEM32\\ntdll.dll+9c524|C:\\W\\KERNELBASE.dll+2730e") << 0U;
        QTest::newRow("case") << QByteArray("c:\\windows\\system32\\NTDLL.DLL+1") << 0U;
        QTest::newRow("win32u") << QByteArray("C:\\Windows\\System32\\win32u.dll+1|x") << 0U;
        QTest::newRow("wow64") << QByteArray("C:\\Windows\\System32\\wow64cpu.dll+1|x") << 0U;
        QTest::newRow("wow64 mark") << QByteArray("C:\\Windows\\SysWOW64\\ntdll.dll(wow64)+1a2") << 0U;
        QTest::newRow("unknown later") << QByteArray(
                                              "C:\\W\\ntdll.dll+1|C:\\W\\KERNELBASE.dll+2|UNKNOWN(00007FFBD6DD2CA4)")
                                       << uint{kUnknownFrame};
        QTest::newRow("unknown first")
            << QByteArray("UNKNOWN(0000020671B50D96)") << uint{kUnknownFrame | kUnknownFirstFrame | kDirectSyscall};
        QTest::newRow("direct") << QByteArray("C:\\U\\dumpert.exe+1a|C:\\W\\KERNEL32.DLL+1") << uint{kDirectSyscall};
        QTest::newRow("plus in path") << QByteArray("C:\\notepad++\\ntdll.dll+1f") << 0U;
        QTest::newRow("folder called UNKNOWN")
            << QByteArray("C:\\W\\ntdll.dll+1|C:\\UNKNOWN(1)\\a.dll+1") << uint{kBareTrace};
        QTest::newRow("empty") << QByteArray("") << uint{kNoCallTrace};
        QTest::newRow("dash") << QByteArray("-") << uint{kNoCallTrace};
        QTest::newRow("only bars") << QByteArray("|||") << 0U;
        const QByteArray nt = "C:\\Windows\\SYSTEM32\\ntdll.dll+9d8d4|", base = "C:\\W\\KERNELBASE.dll+5e4c0|";
        QTest::newRow("CreateProcessW") << nt + base + base + "C:\\W\\KERNEL32.DLL+1c71f|C:\\a.exe+1"
                                        << uint{kCreateTrace};
        QTest::newRow("CreateProcess of Windows 7")
            << nt + "C:\\W\\kernel32.dll+1|C:\\W\\kernel32.dll+2|C:\\a.exe+1" << uint{kCreateTrace};
        QTest::newRow("RtlCreateUserProcess") << nt + nt + "C:\\a.exe+1" << uint{kCreateTrace};
        QTest::newRow("OpenProcess") << nt + base + "C:\\a.exe+1" << 0U;
        QTest::newRow("NtOpenProcess or NtCreateUserProcess") << nt + "C:\\a.exe+1" << uint{kBareTrace};
        QTest::newRow("CreateProcess of a 32-bit process")
            << nt + "C:\\W\\wow64.dll+1|C:\\W\\wow64cpu.dll+1|" + nt + nt +
                   "C:\\W\\ntdll.dll+1(wow64)|C:\\W\\KERNELBASE.dll+1(wow64)|C:\\W\\KERNELBASE.dll+2(wow64)|C:\\a.exe+"
                   "1(wow64)"
            << uint{kCreateTrace};
        QTest::newRow("OpenProcess of a 32-bit process")
            << nt + "C:\\W\\wow64.dll+1|" + nt + nt +
                   "C:\\W\\ntdll.dll+1(wow64)|C:\\W\\KERNELBASE.dll+1(wow64)|C:\\a.exe+1(wow64)"
            << 0U;
    }
    void callTrace() {
        QFETCH(QByteArray, trace);
        QFETCH(uint, flags);
        QCOMPARE(call_trace_flags({trace.constData(), static_cast<std::size_t>(trace.size())}), flags);
    }

    // FORMATS-windows, section 6: empty, "-" and absent are three different things.
    void startModuleEmptyDashAndAbsentAreThreeThings() {
        QCOMPARE(thread_start_flags(0x590000, "", ""), kStartOutsideModules);
        QCOMPARE(thread_start_flags(0x590000, "-", "-"), kStartOutsideModules);
        QCOMPARE(thread_start_flags(0x590000, std::nullopt, ""), kStartUnstated);
        QCOMPARE(thread_start_flags(0x7ff800001234, "C:\\W\\KERNEL32.DLL", "LoadLibraryA"),
                 kStartInModule | kStartLoadLibrary);
        QCOMPARE(thread_start_flags(std::nullopt, "-", "-"), kStartUnstated);
    }
    void startInTheKernelIsNotOutsideModules() {
        QCOMPARE(thread_start_flags(0xFFFFEF8012345678ULL, "-", "-"), kStartKernelAddress);
        QCOMPARE(thread_start_flags(0xFFFF800000000000ULL, "", ""), kStartKernelAddress);
        QCOMPARE(thread_start_flags(0x00007FFFFFFFFFFFULL, "-", "-"), kStartOutsideModules);
    }
    void startFunctions() {
        QCOMPARE(thread_start_flags(1, "k.dll", "LoadLibraryExW"), kStartInModule | kStartLoadLibrary);
        QCOMPARE(thread_start_flags(1, "n.dll", "LdrLoadDll"), kStartInModule | kStartLoadLibrary);
        QCOMPARE(thread_start_flags(1, "KERNELBASE.dll", "CtrlRoutine"), kStartInModule | kStartCtrlRoutine);
        QCOMPARE(thread_start_flags(1, "ntdll.dll", "DbgUiRemoteBreakin"), kStartInModule | kStartDebugBreak);
    }
    void modules() {
        QCOMPARE(module_flags("C:\\Windows\\System32\\clr.dll", false), kClrModule);
        QCOMPARE(module_flags("C:\\Windows\\assembly\\NativeImages_v4.0.30319_64\\System\\ab\\System.ni.dll", true),
                 kUnsigned | kNativeImage);
        QCOMPARE(module_flags("C:\\Users\\Public\\BootstrapDLL.dll", true), kUnsigned | kUserWritablePath);
        QCOMPARE(module_flags("", false), 0U);
    }
    void tamper() {
        QCOMPARE(tamper_flags("Image is replaced"), kImageReplaced);
        QCOMPARE(tamper_flags("Image is locked for access"), kImageLocked);
        QCOMPARE(tamper_flags("something new"), 0U);
    }
    void writablePaths_data() {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<bool>("writable");
        const auto row = [](const char* path, bool writable) { QTest::newRow(path) << QByteArray(path) << writable; };
        row("C:\\Users\\Public\\a.dll", true);
        row("c:/users/public/a.dll", true);
        row("\\\\?\\C:\\Users\\x\\a.dll", true);
        row("\\??\\C:\\Users\\x\\a.dll", true);
        row("\\Device\\HarddiskVolume2\\Users\\x\\a.exe", true);
        row("\\Device\\HarddiskVolume2\\Windows\\System32\\a.exe", false);
        row("C:\\ProgramData\\x\\a.dll", true);
        row("C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4\\MpOav.dll", false);
        row("C:\\Windows\\Temp\\a.dll", true);
        row("C:\\Windows\\Tasks\\a.dll", true);
        row("C:\\Windows\\System32\\spool\\drivers\\color\\a.dll", true);
        row("C:\\Windows\\System32\\kernel32.dll", false);
        row("C:\\Windows\\assembly\\NativeImages_v4.0.30319_64\\Temp\\1f0-0\\a.dll", false);
        row("C:\\Windows\\System32\\config\\systemprofile\\AppData\\Local\\a.dll", false);
        row("C:\\Program Files\\x\\temp\\a.dll", false);
        row("D:\\work\\Temp\\a.dll", true);
        row("C:\\$Recycle.Bin\\S-1-5-21\\a.exe", true);
        row("C:\\PerfLogs\\a.exe", true);
        row("E:\\a.exe", true);
        row("\\\\server\\share\\a.dll", true);
        row("\\\\?\\UNC\\server\\share\\a.dll", true);
        row("\\Device\\Mup\\server\\share\\a.dll", true);
        row("\\SystemRoot\\System32\\smss.exe", false);
        row("System", false);
        row("<unknown process>", false);
        row("", false);
        row("C:", false);
        row("\\Device\\HarddiskVolume3", false);
    }
    void writablePaths() {
        QFETCH(QByteArray, path);
        QFETCH(bool, writable);
        QCOMPARE(is_user_writable_path({path.constData(), static_cast<std::size_t>(path.size())}), writable);
    }
};

QTEST_GUILESS_MAIN(SysmonFlagsTest)
#include "sysmon_flags_test.moc"
