/* A PKCS #11 module with one token that answers what it was built to: LOGIN to every login, FLAGS as the token's
   flags, after PAUSE seconds. SoftHSM locks no PIN and never hangs. */
#include <string.h>
#include <unistd.h>

typedef unsigned long ulong;

struct token_info {
  unsigned char label[32], manufacturer[32], model[16], serial[16];
  ulong flags, numbers[10];
  unsigned char versions[4], time[16];
};

static struct { unsigned char version[2]; void *functions[68]; } list;

static ulong good(void) { return 0; }
static ulong slots(unsigned char with_token, ulong *into, ulong *count) {
  (void)with_token;
  if (into) into[0] = 1;
  *count = 1;
  return 0;
}
static ulong token(ulong slot, struct token_info *into) {
  (void)slot;
  memset(into, ' ', sizeof *into);
  memset(into->numbers, 0, sizeof into->numbers);
  into->flags = 0x40c | FLAGS; /* login required, PIN set, token initialised */
  return 0;
}
static ulong session(ulong slot, ulong flags, void *a, void *b, ulong *into) {
  (void)slot, (void)flags, (void)a, (void)b;
  *into = 1;
  return 0;
}
static ulong login(ulong session, ulong user, void *pin, ulong length) {
  (void)session, (void)user, (void)pin, (void)length;
  sleep(PAUSE);
  return LOGIN;
}

ulong C_GetFunctionList(void **into) {
  list.version[0] = 2, list.version[1] = 40;
  list.functions[0] = good;     /* C_Initialize */
  list.functions[4] = slots;    /* C_GetSlotList */
  list.functions[6] = token;    /* C_GetTokenInfo */
  list.functions[12] = session; /* C_OpenSession */
  list.functions[13] = good;    /* C_CloseSession */
  list.functions[18] = login;   /* C_Login */
  list.functions[19] = good;    /* C_Logout */
  *into = &list;
  return 0;
}
