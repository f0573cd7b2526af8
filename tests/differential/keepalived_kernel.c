/* A kernel's IPVS for keepalived where the kernel has none: every request succeeds and is written out.
 *
 * Loaded before the C library, it answers the socket options by which keepalived fills the kernel's table (the ones of
 * linux/ip_vs.h, which it uses where generic netlink does not know IPVS). */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int of_ipvs(int level, int option)
{
	return level == IPPROTO_IP && option >= IP_VS_BASE_CTL && option < IP_VS_BASE_CTL + 64;
}

int genl_ctrl_resolve(void *socket, const char *name)
{
	(void)socket;
	(void)name;
	return -1;
}

int getsockopt(int fd, int level, int option, void *value, socklen_t *length)
{
	int (*real)(int, int, int, void *, socklen_t *) = dlsym(RTLD_NEXT, "getsockopt");

	if (!of_ipvs(level, option))
		return real(fd, level, option, value, length);
	memset(value, 0, *length);
	return 0;
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t length)
{
	int (*real)(int, int, int, const void *, socklen_t) = dlsym(RTLD_NEXT, "setsockopt");
	const struct ip_vs_service_user *service = value;
	const struct ip_vs_dest_user *server = (const void *)(service + 1);
	char address[INET_ADDRSTRLEN];
	char told[256];
	int length_told;

	if (!of_ipvs(level, option))
		return real(fd, level, option, value, length);
	if (length < sizeof *service)
		return 0;
	/* One write a line: another process may be logging to the same place. */
	inet_ntop(AF_INET, &service->addr, address, sizeof address);
	length_told = snprintf(told, sizeof told, "IPVS %d %u %s %u %u %s %u", option - IP_VS_BASE_CTL,
			       service->protocol, address, ntohs(service->port), service->fwmark,
			       service->sched_name, service->timeout);
	if (length >= sizeof *service + sizeof *server) {
		inet_ntop(AF_INET, &server->addr, address, sizeof address);
		length_told += snprintf(told + length_told, sizeof told - length_told, " %s %u %u %d", address,
					ntohs(server->port), server->conn_flags & 7, server->weight);
	}
	told[length_told++] = '\n';
	return write(STDERR_FILENO, told, length_told) < 0 ? -1 : 0;
}
