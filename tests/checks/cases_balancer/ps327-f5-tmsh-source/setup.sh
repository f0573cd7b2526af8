#!/bin/bash
# The API and the ingress of the cluster ocp, on bigip1.
tmsh create ltm profile fastl4 fastl4-long defaults-from fastL4 idle-timeout 3600
tmsh create ltm monitor https api-readyz { defaults-from https destination *:6443 interval 5 timeout 16 \
    send "GET /readyz HTTP/1.1\r\nHost: api.ocp.lab.example\r\nConnection: close\r\n\r\n" recv "200 OK" }
tmsh create ltm monitor https mcs-healthz defaults-from https destination *:22623 \
    send "GET /healthz HTTP/1.1\r\nHost: api-int.ocp.lab.example\r\nConnection: close\r\n\r\n" recv "200 OK"
tmsh create ltm monitor http router-ready defaults-from http destination *:1936 \
    send "GET /healthz/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" recv "200 OK"
tmsh create ltm pool ocp-api members add { 192.168.22.200:6443 192.168.22.201:6443 { priority-group 10 } \
    192.168.22.202:6443 { priority-group 10 } 192.168.22.203:6443 { priority-group 10 } } \
    min-active-members 1 monitor api-readyz
tmsh create ltm pool ocp-mcs members add { 192.168.22.200:22623 192.168.22.201:22623 { priority-group 10 } \
    192.168.22.202:22623 { priority-group 10 } } min-active-members 1 monitor mcs-healthz
tmsh modify ltm pool ocp-mcs members add { 192.168.22.203:22623 { priority-group 10 } }
tmsh create ltm pool ocp-https members add { 192.168.22.211:443 192.168.22.212:443 192.168.22.213:443 } monitor router-ready
tmsh create ltm pool ocp-http members add { 192.168.22.211:80 192.168.22.212:80 192.168.22.213:80 } monitor router-ready
tmsh create ltm virtual ocp-api destination 192.168.22.10:6443 mask 255.255.255.255 ip-protocol tcp \
    pool ocp-api profiles add { fastl4-long } source-address-translation { type automap }
tmsh create ltm virtual ocp-mcs destination 192.168.22.10:22623 ip-protocol tcp pool ocp-mcs \
    profiles add { fastl4-long } source-address-translation { type automap }
tmsh create ltm virtual ocp-https destination 192.168.22.10:443 source 10.1.0.0/16 ip-protocol tcp pool ocp-https \
    profiles add { fastl4-long } persist replace-all-with { source_addr { default yes } } source-address-translation { type automap }
tmsh create ltm virtual ocp-http destination 192.168.22.10:80 ip-protocol tcp pool ocp-http \
    profiles add { fastl4-long } persist replace-all-with { source_addr } source-address-translation { type automap }
tmsh save sys config
