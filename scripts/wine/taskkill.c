/*
 * taskkill.exe /PID n /T /F, as Windows has it: ends a process and all that descends from it, found by the numbers of
 * their parents. The taskkill of Wine 8 has no /T.
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tlhelp32.h>

#define MAX_PROCESSES 4096

static int endProcess(DWORD pid) {
  HANDLE process = OpenProcess(PROCESS_TERMINATE, FALSE, pid);
  if (process == NULL) return 0;
  int ended = TerminateProcess(process, 1);
  CloseHandle(process);
  return ended;
}

int main(int count, char **words) {
  static PROCESSENTRY32 all[MAX_PROCESSES];
  static DWORD tree[MAX_PROCESSES];
  DWORD root = 0;
  int known = 0, members = 1;
  for (int at = 1; at + 1 < count; at++)
    if (_stricmp(words[at], "/PID") == 0) root = strtoul(words[at + 1], NULL, 10);
  if (root == 0) return 1;
  HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
  PROCESSENTRY32 entry = {sizeof entry};
  for (BOOL more = Process32First(snapshot, &entry); more && known < MAX_PROCESSES; more = Process32Next(snapshot, &entry))
    all[known++] = entry;
  CloseHandle(snapshot);
  tree[0] = root;
  for (int at = 0; at < members; at++)
    for (int other = 0; other < known && members < MAX_PROCESSES; other++)
      if (all[other].th32ParentProcessID == tree[at] && all[other].th32ProcessID != tree[at] &&
          all[other].th32ProcessID != GetCurrentProcessId())
        tree[members++] = all[other].th32ProcessID;
  int isFound = endProcess(root);
  for (int at = 1; at < members; at++) endProcess(tree[at]);
  return isFound ? 0 : 128;
}
