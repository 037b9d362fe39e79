"""Small documents under keys of their own, each replaced only by who has seen the present one."""
