"""The doctor: is a workspace well, and would its checks see a fault if there was one?"""
